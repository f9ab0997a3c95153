package io.pawl.benchmarks;

import java.util.concurrent.TimeUnit;

/** Threads that fight over a lock for a slice of time. */
final class Crowd {
  /** Sections between two looks at the clock's flag. */
  private static final int BATCH = 16;

  private final Guarded guarded;
  private final int section;
  private final int outside;
  private final Thread[] threads;
  private final long[] counts;

  private volatile boolean started;
  private volatile boolean ended;

  Crowd(Guarded guarded, int threads, int section, int outside) {
    this.guarded = guarded;
    this.section = section;
    this.outside = outside;
    this.threads = new Thread[threads];
    this.counts = new long[threads];
  }

  /** Runs the threads for some milliseconds and returns how many sections each has run. */
  long[] run(int millis) throws InterruptedException {
    for (int i = 0; i < threads.length; i++) {
      int index = i;
      threads[i] = new Thread(() -> counts[index] = fight(), "crowd-" + i);
      threads[i].start();
    }
    started = true;
    TimeUnit.MILLISECONDS.sleep(millis);
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return counts;
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
      guarded.run(section);
      x = Work.steps(x, outside);
    }
    return x;
  }
}
