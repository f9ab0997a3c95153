package io.pawl.benchmarks;

import java.nio.file.Path;

/**
 * What all scenarios of one run of {@code compare} share.
 *
 * @param output where raw data is kept
 * @param placement on which processors
 * @param full whether the numbers are to be published
 * @param jmh runs benchmarks
 * @param effort how long
 * @param report where the results go
 */
record Session(
    Path output, Placement placement, boolean full, Jmh jmh, Effort effort, Report report) {

  static Session of(Path output, Placement placement, boolean full) {
    return new Session(
        output, placement, full, new Jmh(output), full ? Effort.FULL : Effort.QUICK, new Report());
  }
}
