package io.pawl.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Requests that come at random times, whether or not those before them are done: work outside of a
 * lock, then a section under it.
 *
 * <p>Each thread has its own requests, exponentially distributed, the same for all implementations
 * that are given the same seed. Latency counts from the moment at which a request was due until its
 * section has ended, so that a stall is charged to all requests behind it. Measures {@code p50},
 * {@code p99}, {@code p999}, {@code max} in microseconds, the histogram, and {@code cpus}.
 *
 * <p>A thread that has nothing to do sleeps until shortly before its next request, and yields from
 * then on, so that those who have a request go first. These yields are not counted as CPU time, as
 * far as they cost what a yield costs at the least.
 */
final class Open implements Task {
  private static final long HIGHEST = TimeUnit.SECONDS.toNanos(60);
  private static final int DIGITS = 3;

  /** How long before a request its thread wakes up, and how far that must be for it to sleep. */
  private static final long EARLY = 50_000;

  private static final long WORTH_SLEEPING = 60_000;

  /** How often the time of a yield is measured. */
  private static final int YIELDS = 2_000;

  private static final long MICROS = 1_000;

  private final Guarded guarded;
  private final int threads;
  private final int section;
  private final int outside;
  private final double rate;
  private final boolean virtual;
  private final Thread.Builder builder;

  /** Nanoseconds of a yield; 0 until it has been measured, and for virtual threads. */
  private double yield;

  private volatile long start;

  /**
   * Constructs the task.
   *
   * @param guarded what the lock guards
   * @param threads how many serve requests
   * @param section steps under the lock
   * @param outside steps before
   * @param rate requests by second, of all threads
   * @param virtual whether the threads are
   */
  Open(Guarded guarded, int threads, int section, int outside, double rate, boolean virtual) {
    this.guarded = guarded;
    this.threads = threads;
    this.section = section;
    this.outside = outside;
    this.rate = rate;
    this.virtual = virtual;
    this.builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    if (yield == 0 && !virtual) {
      measureYield();
    }
    long before = guarded.sections();
    Server[] servers = new Server[threads];
    Thread[] running = new Thread[threads];
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    long requests = 0;
    for (int i = 0; i < threads; i++) {
      servers[i] = new Server(arrivals(seed * threads + i, millis), ready, go);
      requests += servers[i].due.length;
      running[i] = builder.start(servers[i]);
    }
    ready.await();
    long cpu = CpuClock.nanos();
    start = System.nanoTime() + 1_000_000 + threads * 1_000L;
    go.countDown();
    long yields = 0;
    for (Thread thread : running) {
      thread.join();
    }
    double elapsed = System.nanoTime() - start;
    cpu = CpuClock.nanos() - cpu;
    guarded.check(before + requests);
    Histogram all = new Histogram(HIGHEST, DIGITS);
    for (Server server : servers) {
      yields += server.yields;
      for (long latency : server.due) {
        all.recordValue(Math.clamp(latency, 0, HIGHEST));
      }
    }
    return new Reading()
        .with("p50", (double) all.getValueAtPercentile(50) / MICROS)
        .with("p99", (double) all.getValueAtPercentile(99) / MICROS)
        .with("p999", (double) all.getValueAtPercentile(99.9) / MICROS)
        .with("max", (double) all.getMaxValue() / MICROS)
        .with("cpus", Math.max(0, cpu - yields * yield) / elapsed)
        .with(all);
  }

  /**
   * Measures what a yield and a look at the clock cost, as in waiting: by one thread and by some at
   * once, of which the lesser counts, so that no more is left out than was spent.
   */
  private void measureYield() throws InterruptedException {
    yield = Math.min(yieldNanos(1), yieldNanos(Math.min(threads, 8)));
  }

  /** The least of some CPU times of a yield. */
  private double yieldNanos(int crowd) throws InterruptedException {
    double least = Double.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      Thread[] running = new Thread[crowd];
      long cpu = CpuClock.nanos();
      for (int i = 0; i < crowd; i++) {
        running[i] = builder.start(Open::yieldOften);
      }
      for (Thread thread : running) {
        thread.join();
      }
      least = Math.min(least, (double) (CpuClock.nanos() - cpu) / ((long) crowd * YIELDS));
    }
    return least;
  }

  @SuppressWarnings("ThreadPriorityCheck") // it is what is measured
  private static void yieldOften() {
    long sum = 0;
    for (int i = 0; i < YIELDS; i++) {
      Thread.yield();
      sum += System.nanoTime();
    }
    Work.sink = sum;
  }

  private long[] arrivals(long seed, int millis) {
    SplittableRandom random = new SplittableRandom(seed);
    double gap = 1e9 * threads / rate;
    long[] arrivals = new long[16];
    int count = 0;
    for (double at = next(random, gap); at < millis * 1e6; at += next(random, gap)) {
      if (count == arrivals.length) {
        arrivals = Arrays.copyOf(arrivals, 2 * count);
      }
      arrivals[count++] = (long) at;
    }
    return Arrays.copyOf(arrivals, count);
  }

  private static double next(SplittableRandom random, double gap) {
    return -Math.log(1 - random.nextDouble()) * gap;
  }

  /** One thread. Its array holds when requests are due, and then their latencies. */
  private final class Server implements Runnable {
    private final long[] due;
    private final CountDownLatch ready;
    private final CountDownLatch go;
    private long yields;

    Server(long[] due, CountDownLatch ready, CountDownLatch go) {
      this.due = due;
      this.ready = ready;
      this.go = go;
    }

    @Override
    public void run() {
      ready.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      long first = start;
      long x = 1;
      for (int i = 0; i < due.length; i++) {
        long at = first + due[i];
        await(at);
        x = Work.steps(x, outside);
        long _ = guarded.run(section);
        due[i] = System.nanoTime() - at;
      }
      Work.sink = x;
    }

    @SuppressWarnings("ThreadPriorityCheck") // those who have a request go first
    private void await(long at) {
      long now = System.nanoTime();
      while (now - at < 0) {
        if (at - now > WORTH_SLEEPING) {
          LockSupport.parkNanos(this, at - now - EARLY);
        } else {
          Thread.yield();
          yields++;
        }
        now = System.nanoTime();
      }
    }
  }
}
