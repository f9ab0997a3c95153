package io.pawl.stress.soak;

import java.util.SplittableRandom;

/** One object under test, with what is to hold of it. */
interface Arena {

  /**
   * Does something with the object, which leaves the current thread with no part of it.
   *
   * @param random what
   * @param thread the number of the current thread
   */
  void step(SplittableRandom random, int thread) throws InterruptedException;

  /** Lets threads go that wait for what others do. */
  default void close() {}

  /** Checks, when all threads have ended, that nothing is lost. */
  void check();

  /** Fails unless something holds. */
  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("It does not hold: " + what);
    }
  }

  /** A short time. */
  static long nanos(SplittableRandom random) {
    return random.nextInt(200_000);
  }
}
