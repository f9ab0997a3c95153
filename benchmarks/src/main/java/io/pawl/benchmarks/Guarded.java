package io.pawl.benchmarks;

/**
 * A counter behind an exclusive lock: what the benchmarks see of an implementation. Every adapter
 * is written alike.
 */
abstract class Guarded {
  private long sections;
  private long value = 1;

  /**
   * Runs one critical section.
   *
   * @param steps its length, as in {@link Work#steps}
   * @return how many sections have run before
   */
  abstract long run(int steps);

  /** The critical section itself, called with the lock held; returns what {@link #run} does. */
  final long section(int steps) {
    if (steps != 0) {
      value = Work.steps(value, steps);
    }
    return sections++;
  }

  /** How many sections have run; exact only if the lock excludes. */
  final long sections() {
    return sections;
  }

  /**
   * Fails unless the lock has excluded.
   *
   * @param expected how many sections the threads have run by their own count
   */
  final void check(long expected) {
    if (sections != expected) {
      throw new IllegalStateException(
          getClass().getSimpleName() + " ran " + expected + " sections but counted " + sections);
    }
  }
}
