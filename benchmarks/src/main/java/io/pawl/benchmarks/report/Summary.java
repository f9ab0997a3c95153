package io.pawl.benchmarks.report;

import io.pawl.benchmarks.report.Comparison.Of;
import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Target;
import io.pawl.benchmarks.result.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all forms of the report say in the same words. */
final class Summary {
  private Summary() {}

  /** How many rows have which verdict, a line for each machine. */
  static List<String> lines(Comparison comparison) {
    return comparison.hasSeveralMachines()
        ? comparison.runs().stream()
            .map(run -> run.machine() + ": " + counts(comparison.rows(run.machine())))
            .toList()
        : List.of(counts(comparison.rows()));
  }

  private static String counts(List<Of<Row>> rows) {
    long judged = rows.stream().filter(row -> row.what().verdict().isPresent()).count();
    if (judged == 0) {
      return rows.isEmpty() ? "Nothing was measured." : "No row has a target.";
    }
    return "Rows with a target: %d, of which met: %d, not met: %d, undecided: %d."
        .formatted(
            judged,
            Comparison.count(rows, Verdict.MET),
            Comparison.count(rows, Verdict.NOT_MET),
            Comparison.count(rows, Verdict.UNDECIDED));
  }

  /** How many of the rows have that verdict, as text that is empty for none. */
  static String count(List<Of<Row>> rows, Verdict verdict) {
    long count = Comparison.count(rows, verdict);
    return count == 0 ? "" : Long.toString(count);
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case NOT_MET -> "NOT met";
      case UNDECIDED -> "undecided";
    };
  }

  /** The targets of that kind against that peer. */
  static List<Target> targets(Row row, Target.Kind kind, @Nullable String peer) {
    return row.targets().stream()
        .filter(target -> target.kind() == kind && Objects.equals(target.peer(), peer))
        .toList();
  }

  /** The cell and what kind of threads it has. */
  static String cell(Latency latency) {
    return "%s, %d %s threads"
        .formatted(latency.cell(), latency.threads(), latency.virtual() ? "virtual" : "platform");
  }

  /** The numbers of threads that something was measured with. */
  static List<Integer> threads(Scaling scaling) {
    return Stream.concat(
            scaling.lines().stream().flatMap(line -> line.points().stream()),
            scaling.bound().stream())
        .map(Scaling.Point::threads)
        .distinct()
        .sorted()
        .toList();
  }
}
