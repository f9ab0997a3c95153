package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/*
 * The plots are drawn by classes of our own. The libraries of Java that can write SVG (XChart with
 * VectorGraphics2D, JFreeChart with JFreeSVG) draw through AWT: colours and text are settled when
 * they draw, so that a page cannot follow the reader's light or dark scheme, lines and bars have no
 * titles to point at, the fonts of the machine decide the layout, and none has an axis of
 * percentiles. What is needed here is three kinds of chart.
 */

/** The report of one run, or of runs on several machines side by side. */
public final class Report {
  private final Comparison comparison;

  /** A report of those runs, in that order. */
  public Report(List<Run> runs) {
    comparison = new Comparison(List.copyOf(runs));
  }

  /** The page to look at. */
  public String html() {
    return HtmlReport.of(comparison);
  }

  /** Markdown of at most 100 columns, which the terminal shows too. */
  public String text() {
    return TextReport.of(comparison);
  }

  /** The summary alone, as {@link #text()} begins with it. */
  public String summary() {
    return TextReport.summaryOf(comparison);
  }

  /**
   * Writes {@code report.html} and {@code report.md} into a directory, which is made if need be.
   */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("report.html"), html());
    Files.writeString(directory.resolve("report.md"), text());
  }
}
