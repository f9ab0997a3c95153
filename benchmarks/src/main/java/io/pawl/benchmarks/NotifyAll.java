package io.pawl.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waiters of one condition, all of which are notified at once. Measures {@code ns}, the time until
 * the last of them waits again, and {@code cpus}.
 */
final class NotifyAll implements Task {
  private final Monitor monitor;
  private final int waiters;

  // Guarded by the monitor.
  private int generation;
  private int running;
  private boolean stopped;
  private long runs;

  private volatile boolean allHaveRun;
  private volatile Thread notifier = Thread.currentThread();

  NotifyAll(Monitor monitor, int waiters) {
    this.monitor = monitor;
    this.waiters = waiters;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    notifier = Thread.currentThread();
    stopped = false;
    runs = 0;
    allHaveRun = false;
    running = waiters;
    Thread[] threads = new Thread[waiters];
    for (int i = 0; i < waiters; i++) {
      threads[i] = new Thread(this::waiter, "waiter-" + i);
      threads[i].start();
    }
    awaitAll();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long times = 0;
    long now;
    do {
      notifyWaiters();
      times++;
      now = System.nanoTime();
    } while (now - end < 0);
    double elapsed = now - start;
    cpu = CpuClock.nanos() - cpu;
    stop();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    if (runs != (times + 1) * waiters) {
      throw new IllegalStateException(times + " notifications, but " + runs + " runs");
    }
    return new Reading().with("ns", elapsed / times).with("cpus", cpu / elapsed);
  }

  private void notifyWaiters() {
    monitor.lock();
    try {
      allHaveRun = false;
      running = waiters;
      generation++;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
    awaitAll();
  }

  private void awaitAll() {
    while (!allHaveRun) {
      LockSupport.park(this);
    }
  }

  private void waiter() {
    try {
      monitor.lock();
      try {
        while (!stopped) {
          int seen = generation;
          running--;
          if (running == 0) {
            allHaveRun = true;
            LockSupport.unpark(notifier);
          }
          while (generation == seen) {
            monitor.await();
          }
          runs++;
        }
      } finally {
        monitor.unlock();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void stop() {
    monitor.lock();
    try {
      stopped = true;
      generation++;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }
}
