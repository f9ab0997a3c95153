package io.pawl.locks;

import io.pawl.Pawl;
import io.pawl.internal.fence.Fences;

/** What {@link FirstLockTest} runs: a program whose first locks are in its first milliseconds. */
@SuppressWarnings("LockNotBeforeTry") // the probe ends if something fails
final class FirstLockProbe {

  private FirstLockProbe() {}

  /**
   * Runs.
   *
   * @param args what
   */
  public static void main(String[] args) throws InterruptedException {
    switch (args[0]) {
      case "uncontended" -> lock(new Mutex());
      case "reentrant" -> lock(new ReentrantLock());
      case "contended" -> contend(new Mutex());
      case "reads" -> read(new RwLock());
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void lock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private static void contend(Lock lock) throws InterruptedException {
    lock.lock();
    Waiter waiter = new Waiter(lock);
    waiter.start();
    while (LockSupport.getBlocker(waiter) == null) {
      Thread.onSpinWait();
    }
    lock.unlock();
    waiter.join();
  }

  /** Prints whether slots have been opened before it was known for which fences, and afterwards. */
  private static void read(RwLock lock) {
    boolean early = false;
    for (int i = 0; i < 10 * RwSync.READS_TO_OPEN; i++) {
      lock(lock.readLock());
      early |= lock.sync().areSlotsOpen() && !Fences.areSettled();
    }
    String _ = Pawl.describe();
    for (int i = 0; i < RwSync.READS_TO_OPEN; i++) {
      lock(lock.readLock());
    }
    System.out.println(early + " " + lock.sync().areSlotsOpen());
  }

  /** Not a lambda, for which the JVM would load and initialize much. */
  private static final class Waiter extends Thread {
    private final Lock lock;

    Waiter(Lock lock) {
      this.lock = lock;
    }

    @Override
    public void run() {
      lock(lock);
    }
  }
}
