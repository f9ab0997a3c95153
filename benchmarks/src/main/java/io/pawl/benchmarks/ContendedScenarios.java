package io.pawl.benchmarks;

import io.pawl.benchmarks.Report.Throughputs;
import io.pawl.benchmarks.Report.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Threads that want the same lock: P5, P9, P11. */
final class ContendedScenarios {
  private static final String PAWL = "Mutex";
  private static final String PEER = "ReentrantLock";
  private static final List<String> OTHERS = List.of("StampedLock", "synchronized");
  private static final List<String> BOOK = List.of("BookMutex1", "BookMutex2", "BookMutex3");

  /** A part of the grid of P5: threads, steps in a section, steps outside as a multiple. */
  private static final int[][] QUICK_GRID = {
    {2, 0, 0}, {2, 50, 4}, {4, 50, 0}, {4, 500, 4}, {8, 0, 4}, {8, 2000, 0}
  };

  private static final int[][] FAIR_GRID = {{4, 0, 0}, {4, 50, 4}, {4, 500, 0}};

  private final Session session;
  private final Report report;

  ContendedScenarios(Session session) {
    this.session = session;
    this.report = session.report();
  }

  /** P5. */
  void throughput() throws RunnerException {
    if (session.full()) {
      session.placement().useAll();
    }
    double product = 1;
    int[][] grid = session.full() ? fullGrid() : QUICK_GRID;
    for (int[] cell : grid) {
      boolean books = cell[0] == 4 && cell[1] == 50 && cell[2] == 0;
      List<String> locks = new ArrayList<>(List.of(PAWL, PEER));
      locks.addAll(OTHERS);
      if (books) {
        locks.addAll(BOOK);
      }
      Throughputs throughputs = run("P5", cell, locks);
      product *= report.throughputs("P5", name(cell), throughputs, PAWL, PEER, 1, OTHERS);
      if (books) {
        report.versus(
            "contended by 4: 3 states with spin against without",
            throughputs,
            "BookMutex3",
            "BookMutex2");
        report.versus(
            "contended by 4: mutex of 2 states against 3", throughputs, "BookMutex1", "BookMutex2");
      }
    }
    mean("P5", grid.length, product, PEER);
    session.placement().useTwo();
  }

  /** P9. */
  void fair() throws RunnerException {
    String pawl = "PawlFairReentrantLock";
    String peer = "FairReentrantLock";
    double product = 1;
    for (int[] cell : FAIR_GRID) {
      Throughputs throughputs = run("P9", cell, List.of(pawl, peer));
      product *=
          report.throughputs("P9", "fair, " + name(cell), throughputs, pawl, peer, 1.5, List.of());
    }
    mean("P9", FAIR_GRID.length, product, peer);
  }

  private Throughputs run(String id, int[] cell, List<String> locks) throws RunnerException {
    Map<String, List<String>> parameters =
        Map.of(
            "lock", locks,
            "threads", List.of("" + cell[0]),
            "section", List.of("" + cell[1]),
            "outside", List.of("" + cell[2]),
            "slice", List.of(session.full() ? "500" : "150"));
    Effort effort = session.full() ? Effort.GRID : new Effort(1, 2, 4, 1);
    String name = id + "-" + cell[0] + "-" + cell[1] + "-" + cell[2];
    return new Throughputs(session.jmh().run(name, P5Contended.class, "slice", effort, parameters));
  }

  private static String name(int[] cell) {
    return cell[0] + " threads, section " + cell[1] + ", outside x" + cell[2];
  }

  private void mean(String id, int cells, double product, String peer) {
    double mean = Math.pow(product, 1.0 / cells);
    report.target(
        id,
        "geometric mean of " + cells + " cells",
        "",
        peer,
        Report.number(mean) + " x",
        ">= 1.50 x",
        mean >= 1.5,
        "");
  }

  private static int[][] fullGrid() {
    List<int[]> cells = new ArrayList<>();
    for (int threads : new int[] {2, 4, 8}) {
      for (int section : new int[] {0, 50, 500, 2000}) {
        for (int outside : new int[] {0, 4}) {
          cells.add(new int[] {threads, section, outside});
        }
      }
    }
    return cells.toArray(int[][]::new);
  }

  /** P11. */
  void virtualThreads() throws RunnerException {
    Values times =
        new Values(
            session
                .jmh()
                .run("P11", P11VirtualThreads.class, "allDone", session.effort(), Map.of()),
            "allDone",
            " ms");
    report.times(
        "P11",
        "10,000 virtual threads, until all are done",
        times,
        "PawlReentrantLock",
        PEER,
        1,
        List.of(PAWL));
  }
}
