package io.pawl.benchmarks;

import io.pawl.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers that go through a channel from some threads to as many others. Measures {@code rate},
 * numbers by millisecond, and {@code cpus}.
 */
final class Transfer implements Task {
  private static final int CAPACITY = 100;
  private static final Long STOP = -1L;

  private final String channel;
  private final int pairs;

  private volatile boolean ended;

  /**
   * Constructs the task.
   *
   * @param channel the class
   * @param pairs how many threads send, and how many receive
   */
  Transfer(String channel, int pairs) {
    this.channel = channel;
    this.pairs = pairs;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    Pipe pipe = pipe();
    AtomicLong count = new AtomicLong();
    AtomicLong sum = new AtomicLong();
    AtomicLong expected = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    ended = false;
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    for (int i = 0; i < pairs; i++) {
      threads.add(start(() -> send(pipe, count, expected)));
      threads.add(start(() -> receive(pipe, sum)));
    }
    TimeUnit.MILLISECONDS.sleep(millis);
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    double elapsed = System.nanoTime() - start;
    cpu = CpuClock.nanos() - cpu;
    if (sum.get() != expected.get()) {
      throw new IllegalStateException("Objects were lost or doubled");
    }
    return new Reading()
        .with("rate", count.get() / elapsed * 1e6)
        .with("cpuNanos", (double) cpu / count.get())
        .with("cpus", cpu / elapsed);
  }

  private Pipe pipe() {
    return switch (channel) {
      case "Channel" -> new OfChannel(Channel.bounded(CAPACITY));
      case "ArrayBlockingQueue" -> new OfQueue(new ArrayBlockingQueue<>(CAPACITY));
      case "LinkedBlockingQueue" -> new OfQueue(new LinkedBlockingQueue<>(CAPACITY));
      case "LinkedTransferQueue" -> new OfQueue(new LinkedTransferQueue<>());
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
    thread.start();
    return thread;
  }

  private void send(Pipe pipe, AtomicLong count, AtomicLong expected) throws InterruptedException {
    long i = 0;
    for (; !ended; i++) {
      pipe.send(i);
    }
    pipe.send(STOP);
    long _ = count.addAndGet(i);
    long _ = expected.addAndGet(i * (i - 1) / 2);
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
