package io.pawl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What all scenarios of one run of {@code compare} share.
 *
 * @param output where raw data is kept
 * @param placement on which processors
 * @param full whether the numbers are to be published
 * @param jmh runs benchmarks
 * @param natives the locks of other languages
 * @param effort how long
 * @param report where the results go
 */
record Session(
    Path output,
    Placement placement,
    boolean full,
    Jmh jmh,
    NativePeers natives,
    Effort effort,
    Report report)
    implements AutoCloseable {

  static Session of(Path output, Placement placement, boolean full)
      throws IOException, InterruptedException {
    Effort effort = full ? Effort.FULL : Effort.QUICK;
    return new Session(
        output,
        placement,
        full,
        new Jmh(output),
        NativePeers.compile(output, effort),
        effort,
        new Report());
  }

  @Override
  public void close() throws IOException {
    natives.close();
  }
}
