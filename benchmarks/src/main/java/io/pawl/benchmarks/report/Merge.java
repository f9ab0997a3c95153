package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Json;
import io.pawl.benchmarks.result.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts what was measured on several machines side by side in one report. */
public final class Merge {
  private Merge() {}

  /**
   * Writes the report of runs.
   *
   * @param directories of the runs, in order
   * @param output where the report goes
   * @return the report that was written
   */
  public static Report merge(List<Path> directories, Path output) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (Path directory : directories) {
      runs.add(Json.read(directory));
    }
    Report report = new Report(runs);
    report.write(output);
    return report;
  }
}
