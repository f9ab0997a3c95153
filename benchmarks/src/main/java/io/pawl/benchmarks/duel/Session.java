package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.result.Latency;
import io.pawl.benchmarks.result.LeftOut;
import io.pawl.benchmarks.result.Note;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What all scenarios of one run share, and what has come of them. */
final class Session {
  private final boolean full;
  private final Launcher launcher;
  private final Placement placement;
  private final CellFilter filter;
  private final double quiet;

  private final List<Row> rows = new ArrayList<>();
  private final List<Latency> latencies = new ArrayList<>();
  private final List<Scaling> scalings = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();

  /** What is left of the time for rows that are undecided. */
  private Duration extra;

  /**
   * Constructs a session.
   *
   * @param full whether the numbers are to be published
   * @param launcher of processes
   * @param placement on which CPUs
   * @param filter which cells
   * @param quiet how many CPUs others may use
   * @param extra for how long undecided rows may be measured further
   */
  Session(
      boolean full,
      Launcher launcher,
      Placement placement,
      CellFilter filter,
      double quiet,
      Duration extra) {
    this.quiet = quiet;
    this.full = full;
    this.launcher = launcher;
    this.placement = placement;
    this.filter = filter;
    this.extra = extra;
  }

  boolean full() {
    return full;
  }

  Launcher launcher() {
    return launcher;
  }

  Placement placement() {
    return placement;
  }

  /** Whether a cell is to be measured. */
  boolean wants(String cell) {
    return filter.wants(cell);
  }

  /** The native peers that can be measured. */
  List<String> natives() {
    return launcher.natives().names();
  }

  /** The native locks between processes that can be measured. */
  List<String> sharedNatives() {
    return launcher.natives().sharedNames();
  }

  /** The implementation of the other build of Pawl, to be measured beside this one's. */
  List<String> baselines(String implementation) {
    return launcher.baseline(implementation);
  }

  /**
   * Whether something can be measured here, tried for a moment; notes the reason if not.
   *
   * @param id of the scenario
   * @param name in the tables
   * @param implementation its name
   * @param task as in a turn
   * @param flags of its JVM
   */
  boolean can(String id, String name, String implementation, String task, List<String> flags)
      throws InterruptedException {
    String obstacle = launcher.obstacle(implementation, task, flags);
    if (!obstacle.isEmpty()) {
      note(id, name + " is not measured: " + obstacle);
    }
    return obstacle.isEmpty();
  }

  /** Makes the sides of a match. */
  @FunctionalInterface
  interface Start {
    List<Match.Entry> entries() throws IOException, InterruptedException;
  }

  /**
   * Measures rows, and goes on while one is undecided and there is time.
   *
   * @param start starts a set of processes
   * @param effort how long
   * @param specs the rows
   */
  Rounds measure(Start start, Effort effort, List<Spec> specs)
      throws IOException, InterruptedException {
    Rounds rounds = new Rounds();
    for (int fork = 0; fork < effort.forks(); fork++) {
      rounds.add(fork(start, effort, fork));
    }
    for (int fork = effort.forks();
        fork < effort.forks() + effort.more() && extra.isPositive() && isUndecided(specs, rounds);
        fork++) {
      Instant began = Instant.now();
      rounds.add(fork(start, effort, fork));
      extra = extra.minus(Duration.between(began, Instant.now()));
    }
    specs.stream().map(spec -> spec.row(rounds)).forEach(this::add);
    if (rounds.disturbed() > Goal.DISTURBED) {
      Spec first = specs.getFirst();
      note(
          first.scenario().id(),
          "Others used the CPUs in %.0f %% of the rounds of %s, so that nothing is decided."
              .formatted(100 * rounds.disturbed(), first.cell().isEmpty() ? "all" : first.cell()));
    }
    return rounds;
  }

  /** The rounds of one set of processes. */
  Fork fork(Start start, Effort effort, int fork) throws IOException, InterruptedException {
    try (Match match = new Match(start.entries(), effort.millis(), fork * 1000L, quiet)) {
      match.warm(effort.warmups());
      return match.rounds(effort.rounds());
    }
  }

  private static boolean isUndecided(List<Spec> specs, Rounds rounds) {
    return specs.stream()
        .map(spec -> spec.row(rounds).verdict())
        .anyMatch(Optional.of(Verdict.UNDECIDED)::equals);
  }

  void add(Row row) {
    rows.add(row);
    System.out.println(Lines.of(row));
  }

  void add(Latency latency) {
    latencies.add(latency);
  }

  void add(Scaling scaling) {
    scalings.add(scaling);
  }

  /** Says that only the full run measures something. */
  void leave(String id, String title, String cells) {
    leftOut.add(new LeftOut(id, title, cells));
  }

  void note(String id, String text) {
    notes.add(new Note(id, text));
    System.out.println("  " + id + ": " + text);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  List<Latency> latencies() {
    return List.copyOf(latencies);
  }

  List<Scaling> scalings() {
    return List.copyOf(scalings);
  }

  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  List<Note> notes() {
    return List.copyOf(notes);
  }
}
