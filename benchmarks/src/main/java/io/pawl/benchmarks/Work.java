package io.pawl.benchmarks;

/** Work that takes time in the processor only. */
final class Work {
  /** Where results go that nobody wants, so that they are not optimized away. */
  static volatile long sink;

  private Work() {}

  /**
   * Executes dependent steps of about a nanosecond and a half each. A step mixes shift and
   * multiplication, since a chain of multiplications and additions of constants is one that a
   * compiler folds.
   *
   * @param x where to begin
   * @param steps how many
   * @return a value that depends on all steps
   */
  static long steps(long x, int steps) {
    long y = x;
    for (int i = 0; i < steps; i++) {
      y = (y ^ (y >>> 29)) * 0xBF58_476D_1CE4_E5B9L;
    }
    return y;
  }
}
