package io.pawl.benchmarks;

import io.pawl.channel.OneShot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * A number that is handed to another thread, and its answer, through two one-shots or their likes.
 * Measures {@code ns}, the time of a round trip, and {@code cpus}.
 */
final class RoundTrip implements Task {
  private static final int ROUNDS = 200;
  private static final Integer STOP = -1;

  private final HandOver there;
  private final HandOver back;

  private volatile Throwable failure;

  /**
   * Makes the channels.
   *
   * @param channel the class
   */
  RoundTrip(String channel) {
    there = handOver(channel);
    back = handOver(channel);
  }

  private static HandOver handOver(String channel) {
    return switch (channel) {
      case "OneShot" -> new OfOneShot();
      case "SynchronousQueue" -> new OfQueue();
      case "CompletableFuture" -> new OfFuture();
      default -> throw new IllegalArgumentException(channel);
    };
  }

  @Override
  public Reading turn(int millis, long seed) throws Exception {
    Thread partner = new Thread(this::answer, "partner");
    partner.start();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long rounds = 0;
    long now;
    do {
      for (int i = 0; i < ROUNDS; i++) {
        there.send(i);
        if (!back.receive().equals(i + 1)) {
          throw new IllegalStateException("Wrong answer to " + i);
        }
      }
      rounds += ROUNDS;
      now = System.nanoTime();
    } while (now - end < 0);
    double elapsed = now - start;
    cpu = CpuClock.nanos() - cpu;
    there.send(STOP);
    partner.join(10_000);
    if (partner.isAlive() || failure != null) {
      throw new IllegalStateException("The partner does not end", failure);
    }
    return new Reading().with("ns", elapsed / rounds).with("cpus", cpu / elapsed);
  }

  private void answer() {
    try {
      Integer i = there.receive();
      while (!i.equals(STOP)) {
        back.send(i + 1);
        i = there.receive();
      }
    } catch (Exception e) {
      failure = e;
    }
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
