package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.LeftOut;
import io.pawl.benchmarks.result.Note;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Run;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs of one or several machines, in the order in which a report tells of them. */
final class Comparison {
  /** What decides whether a service should use Pawl at all comes first. */
  private static final List<String> FIRST = List.of("P7", "P5");

  private final List<Of<Run>> runs = new ArrayList<>();

  Comparison(List<Run> runs) {
    Set<String> names = new LinkedHashSet<>();
    for (Run run : runs) {
      String name = run.host().name();
      for (int i = 2; !names.add(name); i++) {
        name = run.host().name() + " (" + i + ")";
      }
      this.runs.add(new Of<>(name, run));
    }
  }

  /** Something that was measured on a machine. */
  record Of<T>(String machine, T what) {}

  List<Of<Run>> runs() {
    return runs;
  }

  boolean hasSeveralMachines() {
    return runs.size() > 1;
  }

  /** The scenarios of which anything is known, in order. */
  List<Scenario> scenarios() {
    Map<String, String> titles = new LinkedHashMap<>();
    for (Of<Run> run : runs) {
      run.what().rows().forEach(row -> titles.putIfAbsent(row.id(), row.title()));
      run.what().scalings().forEach(curve -> titles.putIfAbsent(curve.id(), curve.title()));
      run.what().latencies().forEach(curve -> titles.putIfAbsent(curve.id(), "Latency"));
    }
    Comparator<String> order = Comparator.comparingInt(Comparison::rank);
    return titles.keySet().stream()
        .sorted(order)
        .map(id -> new Scenario(this, id, titles.getOrDefault(id, "")))
        .toList();
  }

  /** Those of {@link #FIRST} before the others, which follow by their numbers; RW after P4. */
  private static int rank(String id) {
    if (FIRST.contains(id)) {
      return FIRST.indexOf(id) - FIRST.size();
    }
    if (id.equals("RW")) {
      return 2 * 4 + 1;
    }
    return id.matches("P\\d+") ? 2 * Integer.parseInt(id.substring(1)) : Integer.MAX_VALUE;
  }

  /** The rows of all machines, those of one kind beside each other. */
  List<Of<Row>> rows() {
    return scenarios().stream().flatMap(scenario -> scenario.rows().stream()).toList();
  }

  /** The notes on a scenario; those of an empty id concern all of a run. */
  List<Of<Note>> notes() {
    return parts(run -> run.notes().stream());
  }

  List<Of<LeftOut>> leftOut() {
    return parts(run -> run.leftOut().stream());
  }

  private <T> List<Of<T>> parts(Function<Run, Stream<T>> part) {
    return runs.stream()
        .flatMap(run -> part.apply(run.what()).map(what -> new Of<>(run.machine(), what)))
        .toList();
  }

  /** The rows of one machine. */
  List<Of<Row>> rows(String machine) {
    return rows().stream().filter(row -> row.machine().equals(machine)).toList();
  }

  /** How many of the rows have that verdict. */
  static long count(List<Of<Row>> rows, Verdict verdict) {
    return rows.stream()
        .filter(row -> row.what().verdict().filter(verdict::equals).isPresent())
        .count();
  }

  /**
   * All that is known of one scenario.
   *
   * @param all where it is from
   * @param id of the scenario
   * @param title in words
   */
  record Scenario(Comparison all, String id, String title) {
    /** Rows that differ in nothing but the machine follow each other. */
    List<Of<Row>> rows() {
      Map<Key, List<Of<Row>>> byKey = new LinkedHashMap<>();
      for (Of<Row> row : all.parts(run -> run.rows().stream())) {
        if (row.what().id().equals(id)) {
          byKey.computeIfAbsent(Key.of(row.what()), _ -> new ArrayList<>()).add(row);
        }
      }
      return byKey.values().stream().flatMap(List::stream).toList();
    }

    /** The rows of each quantity. */
    Map<String, List<Of<Row>>> quantities() {
      Map<String, List<Of<Row>>> quantities = new LinkedHashMap<>();
      for (Of<Row> row : rows()) {
        String name = row.what().quantity() + ", " + row.what().better();
        quantities.computeIfAbsent(name, _ -> new ArrayList<>()).add(row);
      }
      return quantities;
    }

    List<Of<Latency>> latencies() {
      return all.parts(run -> run.latencies().stream()).stream()
          .filter(curves -> curves.what().id().equals(id))
          .toList();
    }

    List<Of<Scaling>> scalings() {
      return all.parts(run -> run.scalings().stream()).stream()
          .filter(curves -> curves.what().id().equals(id))
          .toList();
    }

    List<Of<Note>> notes() {
      return all.notes().stream().filter(note -> note.what().id().equals(id)).toList();
    }

    /** Cell, collector and, of several, the machine. */
    String label(Of<Row> row) {
      return label(row.machine(), row.what().cell(), row.what().collector());
    }

    String label(String machine, String cell, @Nullable String collector) {
      return Stream.of(
              cell, collector == null ? "" : collector, all.hasSeveralMachines() ? machine : "")
          .filter(part -> !part.isEmpty())
          .reduce((first, second) -> first + ", " + second)
          .orElse("");
    }
  }

  private record Key(String cell, String quantity, @Nullable String collector, String pawl) {
    static Key of(Row row) {
      return new Key(row.cell(), row.quantity(), row.collector(), row.pawl().name());
    }
  }
}
