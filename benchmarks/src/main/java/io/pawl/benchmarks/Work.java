package io.pawl.benchmarks;

/** Work that takes time in the processor only. */
final class Work {
  /** Where results go that nobody wants, so that they are not optimized away. */
  static volatile long sink;

  private Work() {}

  /**
   * Executes dependent steps, each a multiplication and an addition: about a nanosecond.
   *
   * @param x where to begin
   * @param steps how many
   * @return a value that depends on all steps
   */
  static long steps(long x, int steps) {
    long y = x;
    for (int i = 0; i < steps; i++) {
      y = y * 6364136223846793005L + 1442695040888963407L;
    }
    return y;
  }
}
