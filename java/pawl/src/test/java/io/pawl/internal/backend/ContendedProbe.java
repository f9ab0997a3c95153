package io.pawl.internal.backend;

import io.pawl.Pawl;
import io.pawl.locks.Mutex;

/** The main class of children in which a lock is waited for on whatever backend there is. */
final class ContendedProbe {
  private ContendedProbe() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.print(Pawl.describe());
    System.out.println(contend() ? "locked" : "refused");
  }

  /** Whether a thread that has to wait for a lock gets it. */
  static boolean contend() throws InterruptedException {
    Mutex mutex = new Mutex();
    boolean[] locked = new boolean[1];
    Thread waiter =
        new Thread(() -> {
          try {
            mutex.lock();
          } catch (IllegalStateException _) {
            return;
          }
          locked[0] = true;
          mutex.unlock();
        });
    mutex.lock();
    try {
      waiter.start();
      while (!mutex.hasQueuedThreads() && waiter.isAlive()) {
        Thread.onSpinWait();
      }
    } finally {
      mutex.unlock();
    }
    waiter.join();
    return locked[0];
  }
}
