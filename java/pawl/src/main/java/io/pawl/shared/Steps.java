package io.pawl.shared;

import org.jspecify.annotations.Nullable;

/**
 * The steps of the protocols at which tests kill a process. Outside of tests {@link #at} is a
 * constant that does nothing.
 */
final class Steps {

  /** Each lies behind the change of the file that its name tells. */
  enum Step {
    SLOT_CLAIMED,
    SIZED,
    HEADER_WRITTEN,
    MUTEX_ACQUIRED,
    OWNER_RECOVERED,
    WAITERS_SET,
    MUTEX_WOKEN,
    MUTEX_FREED,
    ENTRY_WRITTEN,
    HEAP_MOVED,
    WRITER_SET,
    WRITER_CLEARED,
    READER_COUNTED,
    READER_UNCOUNTED,
    PERMITS_TAKEN,
    PERMITS_RETURNED,
    PERMITS_LOGGED,
    PERMITS_LOST,
    CONDVAR_COUNTED,
    CONDVAR_RELEASED,
    CONDVAR_SIGNALLED,
    SEQUENCE_ODD,
    SEQUENCE_EVEN
  }

  /** What a test does at a step. */
  @FunctionalInterface
  interface Hook {
    void reached(Step step);
  }

  private static final boolean ON = Boolean.getBoolean("pawl.test.steps");

  private static volatile @Nullable Hook hook;

  private Steps() {}

  /** Tells a test, if there is one, that a step has been made. */
  static void at(Step step) {
    if (ON) {
      Hook h = hook;
      if (h != null) {
        h.reached(step);
      }
    }
  }

  /** Sets what happens at each step; for tests. */
  static void hook(@Nullable Hook hook) {
    Steps.hook = hook;
  }
}
