package io.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The tables that {@code compare} prints, and how their rows are written. */
final class Report {
  /** The ids of the rows that count in the summary. */
  private static final Pattern TARGET_ID = Pattern.compile("[PN]\\d+");

  private final Table targets =
      new Table(
          "Targets: Pawl / peer for times, in which less is better, and for throughputs (x)",
          "id",
          "scenario",
          "Pawl",
          "peer",
          "ratio",
          "target",
          "met",
          "others");
  private final Table latencies =
      new Table(
          "Latency of acquisition, 8 threads, in microseconds",
          "lock",
          "spinning",
          "p50",
          "p99",
          "p99.9",
          "p99.99",
          "max");
  private final Table footprints =
      new Table("Heap memory of a new object, in bytes", "class", "Pawl", "JDK");
  private final Table bindings =
      new Table(
          "Bindings: time of a call", "backend", "empty", "wake, nobody waits", "wait, mismatch");
  private final Table book =
      new Table("The book's comparison", "question", "first", "second", "ratio");

  private int asked;
  private int reached;

  /** The tables that have rows. */
  List<Table> tables() {
    List<Table> tables = new ArrayList<>(List.of(targets, latencies, footprints, bindings, book));
    tables.removeIf(Table::isEmpty);
    return tables;
  }

  /** A row of the targets whose cells are ready. */
  void target(
      String id,
      String scenario,
      String pawl,
      String peer,
      String ratio,
      String target,
      boolean met,
      String others) {
    targets.add(id, scenario, pawl, peer, ratio, target, met ? "met" : "NOT met", others);
    if (TARGET_ID.matcher(id).matches()) {
      asked++;
      reached += met ? 1 : 0;
    }
  }

  /** A row of the targets for what cannot be measured here. */
  void missing(String id, String scenario, String pawl, String target, String why) {
    targets.add(id, scenario, pawl, "-", "-", target, "not measured: " + why, "");
  }

  /** How many rows with a target of their own are met, in one line. */
  String summary() {
    return reached + " of the " + asked + " targets measured are met.";
  }

  /** A row of the targets: times, of which less is better. */
  void times(
      String id,
      String scenario,
      Values times,
      String pawl,
      String peer,
      double target,
      List<String> others) {
    double ratio = times.of(pawl) / times.of(peer);
    target(
        id,
        scenario,
        times.text(pawl),
        peer + " " + times.text(peer),
        number(ratio),
        String.format(Locale.ROOT, "<= %.2f", target),
        ratio <= target,
        String.join(", ", others.stream().map(lock -> lock + " " + times.text(lock)).toList()));
  }

  /** A row of the targets: throughputs, of which more is better. Returns Pawl's by the peer's. */
  double throughputs(
      String id,
      String scenario,
      Throughputs throughputs,
      String pawl,
      String peer,
      double target,
      List<String> others) {
    double ratio = throughputs.of(pawl) / throughputs.of(peer);
    target(
        id,
        scenario,
        throughputs.text(pawl),
        throughputs.text(peer),
        number(ratio) + " x",
        String.format(Locale.ROOT, ">= %.2f x", target),
        ratio >= target,
        String.join(
            ", ", others.stream().map(lock -> lock + " " + throughputs.text(lock)).toList()));
    return ratio;
  }

  /** A row of the book's comparison: times. */
  void versus(String question, Values times, String first, String second) {
    versus(
        question,
        first + " " + times.text(first),
        second + " " + times.text(second),
        number(times.of(first) / times.of(second)));
  }

  /** A row of the book's comparison: throughputs. */
  void versus(String question, Throughputs throughputs, String first, String second) {
    versus(
        question,
        first + " " + throughputs.text(first),
        second + " " + throughputs.text(second),
        number(throughputs.of(first) / throughputs.of(second)) + " x");
  }

  private void versus(String question, String first, String second, String ratio) {
    book.add(question, first, second, ratio);
  }

  /** A row of latencies: of the percentiles in the heading. */
  void latency(String lock, String spinning, String... percentiles) {
    List<String> cells = new ArrayList<>(List.of(lock, spinning));
    cells.addAll(List.of(percentiles));
    latencies.add(cells.toArray(String[]::new));
  }

  void footprint(String name, double pawl, double jdk) {
    footprints.add(name, number(pawl), number(jdk));
  }

  void binding(String backend, String empty, String wake, String mismatch) {
    bindings.add(backend, empty, wake, mismatch);
  }

  /** Three digits or so, whatever the magnitude. */
  static String number(double value) {
    String format = Math.abs(value) >= 100 ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * Times by the name of the lock.
   *
   * @param results of JMH
   * @param method the benchmark method
   * @param unit what follows the number
   * @param natives of the native peers, in the same unit
   */
  record Values(Results results, String method, String unit, NativePeers.Measured natives) {
    Values(Results results, String method, String unit) {
      this(results, method, unit, NativePeers.Measured.NONE);
    }

    double of(String lock) {
      return natives.has(lock)
          ? natives.of(lock, "value")
          : results.median(method, Map.of("lock", lock));
    }

    String text(String lock) {
      return number(of(lock)) + unit;
    }
  }

  /**
   * Throughputs by the name of the lock.
   *
   * @param results of JMH, of {@link P5Contended}
   * @param natives of the native peers
   */
  record Throughputs(Results results, NativePeers.Measured natives) {
    double of(String lock) {
      return counter(lock, "sections");
    }

    String text(String lock) {
      return number(of(lock))
          + "/ms ("
          + number(counter(lock, "slowest"))
          + " to "
          + number(counter(lock, "fastest"))
          + ")";
    }

    private double counter(String lock, String name) {
      return natives.has(lock)
          ? natives.of(lock, name.equals("sections") ? "value" : name)
          : results.median("slice", Map.of("lock", lock), name);
    }
  }
}
