package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Target;
import io.pawl.benchmarks.result.Verdict;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows as single lines, printed as soon as they have been measured. */
final class Lines {
  private Lines() {}

  static String of(Row row) {
    String cell =
        Stream.of(row.cell(), row.collector() == null ? "" : row.collector(), row.quantity())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
    StringBuilder line = new StringBuilder("  ").append(row.id()).append(' ').append(cell);
    line.append(": ").append(measured(row.pawl(), row.unit()));
    row.peers()
        .forEach(peer ->
            line.append("; ")
                .append(measured(peer.measured(), ""))
                .append(' ')
                .append(interval(peer.ratio())));
    row.targets().forEach(target -> line.append("\n      ").append(target(row, target)));
    return line.toString();
  }

  private static String measured(Measured measured, String unit) {
    return measured.name() + " " + number(measured.median()) + (unit.isEmpty() ? "" : " " + unit);
  }

  private static String target(Row row, Target target) {
    String what =
        switch (target.kind()) {
          case RATIO -> "/ " + target.peer();
          case DIFFERENCE -> "- " + target.peer();
          case OF_BOUND -> "of the bound";
          case ABSOLUTE -> "itself";
        };
    return String.format(
        Locale.ROOT,
        "%s %s %s %s: %s",
        what,
        interval(target.reached()),
        row.better() == io.pawl.benchmarks.result.Better.LESS ? "<=" : ">=",
        number(target.limit()),
        verdict(target.verdict()));
  }

  private static String verdict(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case NOT_MET -> "NOT met";
      case UNDECIDED -> "undecided";
    };
  }

  private static String interval(Interval interval) {
    return number(interval.median())
        + " ["
        + number(interval.low())
        + ", "
        + number(interval.high())
        + "]";
  }

  private static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
