package io.pawl.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** P8: how long does it take from notifying all waiters of a condition until each has run? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class P8NotifyAll {
  @Param({"Mutex", "ReentrantLock", "PawlReentrantLock", "BookCondvar1", "BookCondvar2"})
  String lock;

  @Param("64")
  int waiters;

  private Monitor monitor;
  private Thread[] threads;
  private volatile Thread notifier;

  // Guarded by the monitor.
  private int generation;
  private int running;
  private boolean stopped;
  private long runs;

  private volatile boolean allHaveRun;
  private long invocations;

  /** Makes the lock and starts the waiters. */
  @Setup
  public void setUp() {
    Linked.await();
    monitor = Monitor.of(lock);
    notifier = Thread.currentThread();
    running = waiters;
    threads = new Thread[waiters];
    for (int i = 0; i < waiters; i++) {
      threads[i] = new Thread(this::waiter, "waiter-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
    awaitAll();
  }

  /** Notifies all and waits until the last one waits again. */
  @Benchmark
  public void notifyAllWaiters() {
    notifier = Thread.currentThread();
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
    invocations++;
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

  /** Stops the waiters and checks that each has run each time. */
  @TearDown
  public void check() throws InterruptedException {
    monitor.lock();
    try {
      stopped = true;
      generation++;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    if (runs != (invocations + 1) * waiters) {
      throw new IllegalStateException(invocations + " notifications, but " + runs + " runs");
    }
  }
}
