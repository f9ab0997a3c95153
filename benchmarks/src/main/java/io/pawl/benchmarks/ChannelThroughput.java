package io.pawl.benchmarks;

import io.pawl.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many numbers get through a channel from some threads to as many others? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ChannelThroughput {
  private static final int OBJECTS = 40_000;
  private static final Long STOP = -1L;

  @Param({"Channel", "ArrayBlockingQueue", "LinkedBlockingQueue"})
  String channel;

  /** How many threads send, and how many receive. */
  @Param({"1", "2", "4"})
  int pairs;

  @Param("100")
  int capacity;

  /** Sends numbers, and checks the sum of those received. */
  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public void transfer() throws InterruptedException {
    Pipe pipe = pipe();
    AtomicLong sum = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      threads.add(start(() -> send(pipe)));
      threads.add(start(() -> receive(pipe, sum)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long each = OBJECTS / pairs;
    if (sum.get() != pairs * (each * (each - 1) / 2)) {
      throw new IllegalStateException("Objects were lost or doubled");
    }
  }

  private Pipe pipe() {
    return switch (channel) {
      case "Channel" -> new OfChannel(Channel.bounded(capacity));
      case "ArrayBlockingQueue" -> new OfQueue(new ArrayBlockingQueue<>(capacity));
      case "LinkedBlockingQueue" -> new OfQueue(new LinkedBlockingQueue<>(capacity));
      default -> throw new IllegalArgumentException(channel);
    };
  }

  /** What can be interrupted is not. */
  private interface Body {
    void run() throws InterruptedException;
  }

  private static Thread start(Body body) {
    Thread thread =
        new Thread(() -> {
          try {
            body.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void send(Pipe pipe) throws InterruptedException {
    for (long i = 0; i < OBJECTS / pairs; i++) {
      pipe.send(i);
    }
    pipe.send(STOP);
  }

  private static void receive(Pipe pipe, AtomicLong sum) throws InterruptedException {
    long mine = 0;
    Long i = pipe.receive();
    while (!i.equals(STOP)) {
      mine += i;
      i = pipe.receive();
    }
    long _ = sum.addAndGet(mine);
  }

  /** A queue between threads. */
  private interface Pipe {
    void send(Long i) throws InterruptedException;

    Long receive() throws InterruptedException;
  }

  private record OfChannel(Channel<Long> channel) implements Pipe {
    @Override
    public void send(Long i) throws InterruptedException {
      channel.send(i);
    }

    @Override
    public Long receive() throws InterruptedException {
      return channel.receive();
    }
  }

  private record OfQueue(BlockingQueue<Long> queue) implements Pipe {
    @Override
    public void send(Long i) throws InterruptedException {
      queue.put(i);
    }

    @Override
    public Long receive() throws InterruptedException {
      return queue.take();
    }
  }
}
