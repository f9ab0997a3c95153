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
   * @param args the directories of the runs, in order, and {@code --output=directory} for the
   *     report
   */
  public static void main(String[] args) throws IOException {
    Path output = Path.of("");
    List<Path> directories = new ArrayList<>();
    for (String arg : args) {
      if (arg.startsWith("--output=")) {
        output = Path.of(arg.substring(arg.indexOf('=') + 1));
      } else {
        directories.add(Path.of(arg));
      }
    }
    if (directories.isEmpty()) {
      System.err.println("usage: Merge [--output=directory] directory...");
      System.exit(2);
    }
    System.out.print(merge(directories, output).summary());
    System.out.println("Report: " + output.resolve("report.html").toAbsolutePath());
  }

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
