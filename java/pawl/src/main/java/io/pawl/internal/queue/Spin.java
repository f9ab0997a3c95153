package io.pawl.internal.queue;

/** How long to spin before a thread is put to sleep. */
final class Spin {

  /**
   * The number of steps before queueing, each twice as long as the last; none on a single
   * processor, where nobody can release a lock meanwhile.
   */
  static final int STEPS = Runtime.getRuntime().availableProcessors() > 1 ? 6 : 0;

  /** About what a sleep and a wake cost when the processor has gone idle meanwhile. */
  private static final long SLEEP_NANOS = 30_000;

  private Spin() {}

  static void pause(int step) {
    for (int i = 1 << step; i > 0; i--) {
      Thread.onSpinWait();
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
