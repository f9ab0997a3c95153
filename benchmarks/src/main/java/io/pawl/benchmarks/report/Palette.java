package io.pawl.benchmarks.report;

import io.pawl.benchmarks.report.Comparison.Of;
import io.pawl.benchmarks.result.Curve;
import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Run;
import io.pawl.benchmarks.result.Scaling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which colour, dashes and marker an implementation has, the same in all charts of a report. Pawl's
 * own have the first; those whose colours come round again differ in dashes.
 */
final class Palette {
  /** The colours in the style sheet: Pawl's and those of its peers. */
  private static final int PEERS = 7;

  private final Map<String, Integer> series = new HashMap<>();

  Palette(Comparison comparison) {
    // The peers of the curves, which have no other sign, before those of the bars.
    for (Of<Run> run : comparison.runs()) {
      for (Latency latency : run.what().latencies()) {
        peers(latency.curves().stream().map(Curve::name).toList());
      }
      for (Scaling scaling : run.what().scalings()) {
        peers(scaling.lines().stream().map(Scaling.Line::name).toList());
      }
    }
    for (Of<Row> row : comparison.rows()) {
      row.what().peers().forEach(peer -> add(peer.name()));
    }
  }

  private void peers(List<String> names) {
    names.stream().skip(1).forEach(this::add);
  }

  private void add(String name) {
    series.putIfAbsent(name, series.size() + 1);
  }

  /** 0 for Pawl's, else a number of the peer. */
  int of(String name, boolean isPawl) {
    return isPawl ? 0 : series.getOrDefault(name, 1);
  }

  /** The class in the style sheet. */
  static String colour(int series) {
    return "s" + (series == 0 ? 0 : (series - 1) % PEERS + 1);
  }

  /** For stroke-dasharray. */
  static String dashes(int series) {
    return switch ((series == 0 ? 0 : 1 + (series - 1) / PEERS) % 3) {
      case 2 -> "2 3";
      default -> "none";
    };
  }
}
