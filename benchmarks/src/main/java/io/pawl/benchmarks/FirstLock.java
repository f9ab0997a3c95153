package io.pawl.benchmarks;

import io.pawl.locks.Mutex;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What {@link P13StartUp} starts: a program that acquires its first lock, or waits for one that
 * another thread holds, once.
 *
 * <p>It is told by its parent when it was started, on the clock of {@link System#nanoTime()}, which
 * all processes of a machine share, and prints the nanoseconds. The class avoids lambdas and string
 * concatenation, whose first use costs more than what is measured.
 */
public final class FirstLock {
  private FirstLock() {}

  /**
   * Measures.
   *
   * @param args the class of the lock, {@code uncontended} or {@code contended}, and when this JVM
   *     was started
   */
  public static void main(String[] args) throws InterruptedException {
    Lock lock = args[0].equals("Mutex") ? new Mutex() : new ReentrantLock();
    long end = args[1].equals("contended") ? contended(lock) : acquire(lock);
    System.out.println(end - Long.parseLong(args[2]));
  }

  private static long acquire(Lock lock) {
    lock.lock();
    try {
      return System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  private static long contended(Lock lock) throws InterruptedException {
    Waiter waiter = new Waiter(lock);
    lock.lock();
    try {
      waiter.start();
      awaitBlocked(waiter);
    } finally {
      lock.unlock();
    }
    waiter.join();
    return waiter.acquired;
  }

  /** Waits until the thread has got as far as to sleep, or is about to. */
  @SuppressWarnings("ThreadPriorityCheck") // a busy wait would take a CPU from what is measured
  private static void awaitBlocked(Thread thread) {
    while (LockSupport.getBlocker(thread) == null) {
      Thread.yield();
    }
  }

  private static final class Waiter extends Thread {
    private final Lock lock;
    private long acquired;

    Waiter(Lock lock) {
      this.lock = lock;
    }

    @Override
    public void run() {
      acquired = acquire(lock);
    }
  }
}
