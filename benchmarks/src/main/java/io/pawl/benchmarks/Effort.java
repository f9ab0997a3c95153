package io.pawl.benchmarks;

/**
 * How long to measure.
 *
 * @param forks JVMs for each combination of parameters
 * @param warmups iterations that do not count
 * @param iterations iterations that count
 * @param millis the length of an iteration
 */
record Effort(int forks, int warmups, int iterations, int millis) {
  /** Enough to see the order of magnitude of a difference. */
  static final Effort QUICK = new Effort(1, 2, 5, 150);

  /** Enough for a percentile of 99.9 to stand on hundreds of values. */
  static final Effort LATENCY = new Effort(1, 1, 2, 600);

  /** Enough for calls of the kernel, which vary by factors. */
  static final Effort CALLS = new Effort(1, 2, 5, 75);

  /** For what is published. */
  static final Effort FULL = new Effort(3, 5, 5, 1000);

  /** For a whole grid that is published. */
  static final Effort GRID = new Effort(2, 3, 5, 500);
}
