package io.pawl.benchmarks;

import io.pawl.channel.OneShot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does it take to hand a number to another thread and to get its answer, through two
 * one-shots or their likes?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OneShotRoundTrip {
  private static final int ROUNDS = 200;
  private static final Integer STOP = -1;

  @Param({"OneShot", "SynchronousQueue", "CompletableFuture"})
  String channel;

  /** Steps of work of the partner before it answers. */
  @Param({"0", "2000"})
  int work;

  private HandOver there;
  private HandOver back;
  private Thread partner;
  private long value = 1;

  /** Makes the channels and starts the partner. */
  @Setup
  public void setUp() throws InterruptedException {
    there = handOver();
    back = handOver();
    CountDownLatch ready = new CountDownLatch(1);
    partner =
        new Thread(
            () -> {
              ready.countDown();
              answer();
            },
            "partner");
    partner.setDaemon(true);
    partner.start();
    if (!ready.await(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The partner did not start");
    }
  }

  private HandOver handOver() {
    return switch (channel) {
      case "OneShot" -> new OfOneShot();
      case "SynchronousQueue" -> new OfQueue();
      case "CompletableFuture" -> new OfFuture();
      default -> throw new IllegalArgumentException(channel);
    };
  }

  private void answer() {
    try {
      Integer i = there.receive();
      while (!i.equals(STOP)) {
        value = Work.steps(value, work);
        back.send(i + 1);
        i = there.receive();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a number and waits for its successor, many times. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void roundTrip() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      there.send(i);
      if (!back.receive().equals(i + 1)) {
        throw new IllegalStateException("Wrong answer to " + i);
      }
    }
  }

  /** Stops the partner. */
  @TearDown
  public void tearDown() throws Exception {
    there.send(STOP);
    partner.join();
  }

  /** A way to hand an object to another thread, one at a time. */
  private interface HandOver {
    void send(Integer i) throws Exception;

    Integer receive() throws Exception;
  }

  private static final class OfOneShot implements HandOver {
    private final OneShot<Integer> oneShot = new OneShot<>();

    @Override
    public void send(Integer i) {
      oneShot.sender().send(i);
    }

    @Override
    public Integer receive() throws InterruptedException {
      Integer i = oneShot.receiver().receive();
      oneShot.reset();
      return i;
    }
  }

  private static final class OfQueue implements HandOver {
    private final SynchronousQueue<Integer> queue = new SynchronousQueue<>();

    @Override
    public void send(Integer i) throws InterruptedException {
      queue.put(i);
    }

    @Override
    public Integer receive() throws InterruptedException {
      return queue.take();
    }
  }

  /** A future cannot be used again: the receiver leaves a new one. */
  private static final class OfFuture implements HandOver {
    private volatile CompletableFuture<Integer> future = new CompletableFuture<>();

    @Override
    public void send(Integer i) {
      boolean _ = future.complete(i);
    }

    @Override
    public Integer receive() throws Exception {
      Integer i = future.get();
      future = new CompletableFuture<>();
      return i;
    }
  }
}
