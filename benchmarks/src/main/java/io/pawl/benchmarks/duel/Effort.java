package io.pawl.benchmarks.duel;

/**
 * How long to measure.
 *
 * @param forks sets of processes
 * @param more sets beyond, while a row is undecided
 * @param warmups rounds of each set that do not count
 * @param rounds of each set
 * @param millis the length of a turn
 */
record Effort(int forks, int more, int warmups, int rounds, int millis) {
  /** The same, whether or not rows are undecided. */
  Effort settled() {
    return new Effort(forks, 0, warmups, rounds, millis);
  }

  Effort millis(int length) {
    return new Effort(forks, more, warmups, rounds, length);
  }
}
