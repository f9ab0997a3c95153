package io.pawl.internal.queue;

import java.util.concurrent.locks.LockSupport;

/** How long to spin before a thread is put to sleep. */
public final class Spin {

  /**
   * The number of steps before queueing; none on a single processor, where nobody can release a
   * lock meanwhile.
   */
  static final int STEPS = Runtime.getRuntime().availableProcessors() > 1 ? 2 : 0;

  /**
   * The length of the first step: long enough for the holder to use the lock many times in peace.
   */
  private static final int FIRST_STEP = 32;

  /** About what a sleep and a wake cost when the processor has gone idle meanwhile. */
  static final long SLEEP_NANOS = 30_000;

  private Spin() {}

  /**
   * Counts the processors now. A thread that is bound to one of them would count one, so this is
   * called as early as possible.
   */
  public static void initialize() {}

  /**
   * Whether it can help to spin: whether another thread can go on meanwhile.
   *
   * @return false on a single processor
   */
  public static boolean helps() {
    return STEPS > 0;
  }

  /** Pauses between two attempts, each time twice as long. */
  static void pause(int step) {
    for (int i = FIRST_STEP << step; i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /**
   * Pauses between two attempts of a thread that has no place in a queue, for want of memory for
   * one: up to a millisecond, the longer the more often it has tried. Allocates nothing, if the
   * thread is a platform thread, and leaves the interrupted status as it is.
   *
   * @param round how many pauses there have been
   */
  @SuppressWarnings("ThreadPriorityCheck") // there may be no memory to sleep otherwise
  public static void rest(int round) {
    boolean interrupted = Thread.interrupted();
    try {
      LockSupport.parkNanos(1_000L << Math.min(round, 10));
    } catch (OutOfMemoryError e) {
      Thread.yield();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Spins until a waiter has been woken or granted; false if it was not soon enough. */
  static boolean untilWoken(Waiter w) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 16; i++) {
        if (w.status() > Waiter.WAITING) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < SLEEP_NANOS);
    return false;
  }
}
