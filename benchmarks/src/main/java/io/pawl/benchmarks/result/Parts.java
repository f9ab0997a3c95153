package io.pawl.benchmarks.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts together a run that was measured in parts, one after the other, on one machine. */
public final class Parts {
  private static final String IN_PARTS = "Measured in parts, ";

  private Parts() {}

  /**
   * Why something cannot be a further part of a run; empty if it can.
   *
   * @param run what has been measured
   * @param kind of the further part
   * @param host of the further part
   */
  public static String obstacle(Run run, Run.Kind kind, Host host) {
    Host first = run.host();
    return Stream.of(
            difference("kind", run.kind(), kind),
            difference("machine", first.name(), host.name()),
            difference("CPUs", first.affinity(), host.affinity()),
            difference("kernel", first.kernel(), host.kernel()),
            difference("JDK", first.jdk(), host.jdk()))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String difference(String what, Object first, Object second) {
    return first.equals(second) ? "" : what + " " + first + " is not " + second;
  }

  /**
   * Both parts as one run. What both have measured counts as the later one has.
   *
   * @throws IllegalArgumentException if there is an {@link #obstacle}
   */
  public static Run join(Run earlier, Run later) {
    String obstacle = obstacle(earlier, later.kind(), later.host());
    if (!obstacle.isEmpty()) {
      throw new IllegalArgumentException(obstacle);
    }
    Map<List<Object>, Row> rows = byKey(earlier.rows(), Parts::key);
    Map<List<Object>, Row> newRows = byKey(later.rows(), Parts::key);
    rows.keySet().removeAll(newRows.keySet());
    Set<String> left = rows.values().stream().map(Row::id).collect(Collectors.toSet());
    rows.putAll(newRows);
    return new Run(
        Run.SCHEMA,
        earlier.kind(),
        host(earlier.host(), later.host()),
        List.copyOf(rows.values()),
        joined(earlier.latencies(), later.latencies(), Parts::key),
        joined(earlier.scalings(), later.scalings(), Parts::key),
        List.copyOf(union(earlier.leftOut().stream(), later.leftOut().stream())),
        notes(earlier, later, left));
  }

  private static List<Object> key(Row row) {
    return List.of(
        row.id(),
        row.cell(),
        row.quantity(),
        String.valueOf(row.collector()),
        row.unit(),
        row.pawl().name());
  }

  private static List<Object> key(Latency latency) {
    return List.of(latency.id(), latency.cell(), latency.virtual(), latency.percentOfCapacity());
  }

  private static List<Object> key(Scaling scaling) {
    return List.of(scaling.id(), scaling.cell(), scaling.unit());
  }

  private static <T> Map<List<Object>, T> byKey(List<T> items, Function<T, List<Object>> key) {
    Map<List<Object>, T> map = new LinkedHashMap<>();
    items.forEach(item -> map.put(key.apply(item), item));
    return map;
  }

  private static <T> List<T> joined(List<T> earlier, List<T> later, Function<T, List<Object>> key) {
    Map<List<Object>, T> all = byKey(earlier, key);
    all.putAll(byKey(later, key));
    return List.copyOf(all.values());
  }

  private static <T> Set<T> union(Stream<T> earlier, Stream<T> later) {
    return Stream.concat(earlier, later).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * An earlier note stays if it concerns all, or a scenario of which the later part has not
   * measured everything again.
   */
  private static List<Note> notes(Run earlier, Run later, Set<String> left) {
    Set<String> again = later.rows().stream().map(Row::id).collect(Collectors.toSet());
    again.removeAll(left);
    Stream<Note> old =
        earlier.notes().stream()
            .filter(note -> !again.contains(note.id()) && !note.text().startsWith(IN_PARTS));
    List<Note> notes = new ArrayList<>(union(old, later.notes().stream()));
    notes.add(new Note("", IN_PARTS + "the last of which began at " + later.host().date() + "."));
    return notes;
  }

  /** The machine, from the beginning of the first part to the end of the last, and all commits. */
  private static Host host(Host first, Host last) {
    return new Host(
        first.name(),
        first.cpu(),
        first.cpusUsed(),
        first.cpusAvailable(),
        first.affinity(),
        first.kernel(),
        first.os(),
        first.jdk(),
        first.flags(),
        first.loadBefore(),
        last.loadAfter(),
        first.commit().contains(last.commit())
            ? first.commit()
            : first.commit() + "; " + last.commit(),
        first.date(),
        first.pawl());
  }
}
