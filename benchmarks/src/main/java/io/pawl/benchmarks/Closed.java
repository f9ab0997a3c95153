package io.pawl.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads that fight over a lock, each as fast as it can. Measures {@code rate}, the sections of
 * all threads by millisecond, {@code slowest} and {@code fastest}, those of one thread, {@code
 * fairness}, which is the one by the other, {@code cpuNanos} for each section, and {@code cpus}.
 */
final class Closed implements Task {
  /** Sections between two looks at the flag that ends a turn. */
  private static final int BATCH = 16;

  private final Guarded guarded;
  private final int threads;
  private final int section;
  private final int outside;

  private volatile boolean started;
  private volatile boolean ended;

  Closed(Guarded guarded, int threads, int section, int outside) {
    this.guarded = guarded;
    this.threads = threads;
    this.section = section;
    this.outside = outside;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    long before = guarded.sections();
    long[] counts = new long[threads];
    Thread[] crowd = new Thread[threads];
    CountDownLatch ready = new CountDownLatch(threads);
    started = false;
    ended = false;
    for (int i = 0; i < threads; i++) {
      int index = i;
      crowd[i] =
          new Thread(
              () -> {
                ready.countDown();
                counts[index] = fight();
              },
              "crowd-" + i);
      crowd[i].start();
    }
    ready.await();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    started = true;
    TimeUnit.MILLISECONDS.sleep(millis);
    ended = true;
    double elapsed = System.nanoTime() - start;
    for (Thread thread : crowd) {
      thread.join();
    }
    cpu = CpuClock.nanos() - cpu;
    long sum = 0;
    long slowest = Long.MAX_VALUE;
    long fastest = 0;
    for (long count : counts) {
      sum += count;
      slowest = Math.min(slowest, count);
      fastest = Math.max(fastest, count);
    }
    guarded.check(before + sum);
    double perMilli = 1e6 / elapsed;
    return new Reading()
        .with("rate", sum * perMilli)
        .with("slowest", slowest * perMilli)
        .with("fastest", fastest * perMilli)
        .with("fairness", (double) Math.max(slowest, 1) / Math.max(fastest, 1))
        .with("cpuNanos", (double) cpu / sum)
        .with("cpus", cpu / elapsed);
  }

  private long fight() {
    while (!started) {
      Thread.onSpinWait();
    }
    long count = 0;
    long x = 1;
    while (!ended) {
      x = batch(x);
      count += BATCH;
    }
    Work.sink = x;
    return count;
  }

  private long batch(long start) {
    long x = start;
    for (int i = 0; i < BATCH; i++) {
      long _ = guarded.run(section);
      x = Work.steps(x, outside);
    }
    return x;
  }
}
