package io.pawl.benchmarks.report;

import io.pawl.benchmarks.report.Comparison.Of;
import io.pawl.benchmarks.report.Comparison.Scenario;
import io.pawl.benchmarks.result.Curve;
import io.pawl.benchmarks.result.Host;
import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Peer;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Run;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Target;
import io.pawl.benchmarks.result.Verdict;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The report in Markdown that can be read in a terminal. */
final class TextReport {
  private final Comparison comparison;
  private final StringBuilder out = new StringBuilder();

  private TextReport(Comparison comparison) {
    this.comparison = comparison;
  }

  /** All of it, the summary first. */
  static String of(Comparison comparison) {
    TextReport report = new TextReport(comparison);
    report.paragraph("# Pawl compared");
    report.summary();
    comparison.scenarios().forEach(report::scenario);
    report.leftOut();
    report.notes();
    comparison.runs().forEach(report::machine);
    return report.out.toString();
  }

  /** The counts and the table of scenarios alone. */
  static String summaryOf(Comparison comparison) {
    TextReport report = new TextReport(comparison);
    report.summary();
    return report.out.toString();
  }

  private void summary() {
    Summary.lines(comparison).forEach(this::paragraph);
    TextTable table = new TextTable("scenario", "rows", "met", "not met", "undecided");
    for (Scenario scenario : comparison.scenarios()) {
      List<Of<Row>> own = scenario.rows();
      table.add(
          scenario.id() + " " + scenario.title(),
          Integer.toString(own.size()),
          Summary.count(own, Verdict.MET),
          Summary.count(own, Verdict.NOT_MET),
          Summary.count(own, Verdict.UNDECIDED));
    }
    table(table);
  }

  private void scenario(Scenario scenario) {
    paragraph("## " + scenario.id() + " " + scenario.title());
    for (List<Of<Row>> rows : scenario.quantities().values()) {
      Row first = rows.getFirst().what();
      TextTable table =
          new TextTable(
              first.quantity().isEmpty() ? "implementation" : first.quantity(),
              "median",
              "Pawl / it [95 %]",
              "target",
              "verdict");
      rows.forEach(row -> row(table, scenario, row));
      table(table);
    }
    costs(scenario);
    scenario.latencies().forEach(latency -> latency(scenario, latency));
    scenario.scalings().forEach(scaling -> scaling(scenario, scaling));
    scenario
        .notes()
        .forEach(note -> paragraph("Note: " + from(note.machine(), note.what().text())));
  }

  private static void row(TextTable table, Scenario scenario, Of<Row> of) {
    Row row = of.what();
    String label = scenario.label(of);
    table.add(
        label.isEmpty() ? row.pawl().name() : label + ": " + row.pawl().name(),
        Numbers.with(row.unit(), row.pawl()));
    for (Peer peer : row.peers()) {
      List<Target> targets = Summary.targets(row, Target.Kind.RATIO, peer.name());
      String name = "- " + peer.name();
      String value = Numbers.with(row.unit(), peer.measured());
      if (targets.isEmpty()) {
        table.add(name, value, Numbers.interval(peer.ratio()));
      }
      for (Target target : targets) {
        target(table, name, value, target, row);
      }
      Summary.targets(row, Target.Kind.DIFFERENCE, peer.name())
          .forEach(target -> target(table, "- minus " + peer.name(), "", target, row));
    }
    row.targets().stream()
        .filter(target -> target.kind() == Target.Kind.ABSOLUTE)
        .forEach(target -> target(table, "- itself", "", target, row));
    if (row.bound() != null) {
      String name = "- bound: " + row.bound().explanation();
      String value = Numbers.with(row.unit(), row.bound().value());
      List<Target> targets = Summary.targets(row, Target.Kind.OF_BOUND, null);
      if (targets.isEmpty()) {
        table.add(name, value, Numbers.text(row.pawl().median() / row.bound().value()));
      }
      targets.forEach(target -> target(table, name, value, target, row));
    }
  }

  private static void target(TextTable table, String name, String value, Target target, Row row) {
    table.add(
        name,
        value,
        Numbers.reached(target, row),
        Numbers.limit(target, row),
        Summary.word(target.verdict()));
  }

  /** What the rows cost beside what they measure. */
  private void costs(Scenario scenario) {
    TextTable table =
        new TextTable("costs", "CPUs used", "CPU time each", "slowest / fastest thread");
    // The rows of several quantities may tell the same costs.
    Set<List<String>> lines = new LinkedHashSet<>();
    for (Of<Row> row : scenario.rows()) {
      Stream.concat(Stream.of(row.what().pawl()), row.what().peers().stream().map(Peer::measured))
          .filter(TextReport::hasCosts)
          .forEach(measured ->
              lines.add(
                  List.of(
                      Stream.of(scenario.label(row), measured.name())
                          .filter(part -> !part.isEmpty())
                          .collect(Collectors.joining(": ")),
                      orNothing(measured.cpusUsed(), ""),
                      orNothing(measured.cpuNanos(), "ns"),
                      orNothing(measured.fairness(), ""))));
    }
    lines.forEach(line -> table.add(line.toArray(String[]::new)));
    if (!table.isEmpty()) {
      table(table);
    }
  }

  private static boolean hasCosts(Measured measured) {
    return measured.cpusUsed() != null
        || measured.cpuNanos() != null
        || measured.fairness() != null;
  }

  private void latency(Scenario scenario, Of<Latency> of) {
    Latency latency = of.what();
    paragraph(
        String.format(
            Locale.ROOT,
            "Latency, %s: %,.0f requests a second, %.0f %% of capacity",
            scenario.label(of.machine(), Summary.cell(latency), latency.collector()),
            latency.rate(),
            latency.percentOfCapacity()));
    TextTable table = new TextTable("latency", "p50", "p99", "p99.9", "max", "CPUs used");
    for (Curve curve : latency.curves()) {
      table.add(
          curve.name(),
          Numbers.micros(curve.p50()),
          Numbers.micros(curve.p99()),
          Numbers.micros(curve.p999()),
          Numbers.micros(curve.max()),
          orNothing(curve.cpusUsed(), ""));
    }
    table(table);
  }

  private void scaling(Scenario scenario, Of<Scaling> of) {
    Scaling scaling = of.what();
    paragraph(
        "Against threads, "
            + scenario.label(of.machine(), scaling.cell(), scaling.collector())
            + ": median (CPUs used)");
    List<Integer> threads = Summary.threads(scaling);
    TextTable table =
        new TextTable(
            Stream.concat(
                    Stream.of("threads"), threads.stream().map(count -> Integer.toString(count)))
                .toArray(String[]::new));
    Stream.concat(
            scaling.lines().stream(),
            scaling.bound().isEmpty()
                ? Stream.of()
                : Stream.of(new Scaling.Line("bound", scaling.bound())))
        .forEach(line ->
            table.add(
                Stream.concat(
                        Stream.of(line.name()),
                        threads.stream().map(count -> point(line, count, scaling.unit())))
                    .toArray(String[]::new)));
    table(table);
  }

  private static String point(Scaling.Line line, int threads, String unit) {
    return line.points().stream()
        .filter(point -> point.threads() == threads)
        .map(point ->
            Numbers.with(unit, point.value())
                + (point.cpusUsed() == null ? "" : " (" + Numbers.text(point.cpusUsed()) + ")"))
        .findFirst()
        .orElse("");
  }

  private void leftOut() {
    if (!comparison.leftOut().isEmpty()) {
      paragraph("## Left to `--full`");
      comparison.leftOut().stream()
          .map(of ->
              from(
                  of.machine(),
                  of.what().id() + " " + of.what().title() + ": " + of.what().cells()))
          .forEach(line -> item(line));
      out.append('\n');
    }
  }

  private void notes() {
    List<String> known = comparison.scenarios().stream().map(Scenario::id).toList();
    List<String> lines =
        comparison.notes().stream()
            .filter(note -> !known.contains(note.what().id()))
            .map(
                note -> from(note.machine(), (note.what().id() + " " + note.what().text()).strip()))
            .toList();
    if (!lines.isEmpty()) {
      paragraph("## Notes");
      lines.forEach(this::item);
      out.append('\n');
    }
  }

  private void machine(Of<Run> run) {
    Host host = run.what().host();
    paragraph("## Machine: " + run.machine());
    for (List<String> fact : Facts.of(run.what().kind(), host)) {
      item(fact.getFirst() + ": " + fact.getLast());
    }
    out.append('\n');
    host.pawl().lines().forEach(line -> wrapped("    ", "    ", line));
    out.append('\n');
  }

  private String from(String machine, String text) {
    return comparison.hasSeveralMachines() ? machine + ": " + text : text;
  }

  private static String orNothing(@Nullable Double value, String unit) {
    return value == null ? "" : Numbers.with(unit, value);
  }

  private void table(TextTable table) {
    out.append(table).append('\n');
  }

  private void item(String text) {
    wrapped("- ", "  ", text);
  }

  private void paragraph(String text) {
    if (text.startsWith("#")) {
      out.append(text).append('\n');
    } else {
      wrapped("", "", text);
    }
    out.append('\n');
  }

  private void wrapped(String first, String others, String text) {
    String indent = first;
    for (String line : TextTable.wrapped(text, TextTable.WIDTH - first.length())) {
      out.append(indent).append(line).append('\n');
      indent = others;
    }
  }
}
