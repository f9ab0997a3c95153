package io.pawl.benchmarks;

import io.pawl.benchmarks.Report.Throughputs;
import io.pawl.benchmarks.Report.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Threads that want the same lock: P5, P9, P11. */
final class ContendedScenarios {
  private static final String PAWL = "Mutex";
  private static final String FAIR = "FairMutex";
  private static final String PEER = "ReentrantLock";
  private static final List<String> OTHERS = List.of("StampedLock", "synchronized");
  private static final List<String> BOOK = List.of("BookMutex1", "BookMutex2", "BookMutex3");

  /** A part of the grid of P5: threads, steps in a section, steps outside as a multiple. */
  private static final int[][] QUICK_GRID = {
    {2, 0, 0}, {2, 50, 4}, {4, 50, 0}, {4, 500, 4}, {8, 0, 4}, {8, 2000, 0}
  };

  private static final int[][] FAIR_GRID = {{4, 0, 0}, {4, 50, 4}, {4, 500, 0}};

  private static final int[][] QUICK_FAIR_GRID = {{4, 50, 4}};

  private final Session session;
  private final Report report;

  ContendedScenarios(Session session) {
    this.session = session;
    this.report = session.report();
  }

  /** P5. */
  void throughput() throws RunnerException, IOException, InterruptedException {
    if (session.full()) {
      session.placement().useAll();
    }
    List<String> others = new ArrayList<>(OTHERS);
    others.addAll(session.natives().names());
    Means means = new Means();
    int[][] grid = session.full() ? fullGrid() : QUICK_GRID;
    for (int[] cell : grid) {
      boolean books = cell[0] == 4 && cell[1] == 50 && cell[2] == 0;
      List<String> locks = new ArrayList<>(List.of(PAWL, PEER));
      locks.addAll(OTHERS);
      if (books) {
        locks.addAll(BOOK);
      }
      Throughputs throughputs =
          run(
              "P5",
              cell,
              locks,
              session
                  .natives()
                  .run(
                      file("P5", cell),
                      1,
                      "contended",
                      "" + cell[0],
                      "" + cell[1],
                      "" + P5Contended.between(cell[1], cell[2])));
      means.add(PEER, report.throughputs("P5", name(cell), throughputs, PAWL, PEER, 1, others));
      others.forEach(other -> means.add(other, throughputs.of(PAWL) / throughputs.of(other)));
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
    mean("P5", grid.length, means, PEER, others);
    session.placement().useTwo();
  }

  /** P9. */
  void fair() throws RunnerException {
    String peer = "FairReentrantLock";
    String dropIn = "PawlFairReentrantLock";
    Means means = new Means();
    int[][] grid = session.full() ? FAIR_GRID : QUICK_FAIR_GRID;
    for (int[] cell : grid) {
      Throughputs throughputs =
          run("P9", cell, List.of(FAIR, dropIn, peer), NativePeers.Measured.NONE);
      String scenario = "fair, " + name(cell);
      means.add(peer, report.throughputs("P9", scenario, throughputs, FAIR, peer, 1.5, List.of()));
      double _ =
          report.throughputs(
              "P9", scenario + ", drop-in", throughputs, dropIn, peer, 1.5, List.of());
    }
    if (grid.length > 1) {
      mean("P9", grid.length, means, peer, List.of());
    }
  }

  private Throughputs run(String id, int[] cell, List<String> locks, NativePeers.Measured natives)
      throws RunnerException {
    Map<String, List<String>> parameters =
        Map.of(
            "lock", locks,
            "threads", List.of("" + cell[0]),
            "section", List.of("" + cell[1]),
            "outside", List.of("" + cell[2]),
            "slice", List.of(session.full() ? "500" : "150"));
    Effort effort = session.full() ? Effort.GRID : new Effort(1, 2, 4, 1);
    return new Throughputs(
        session.jmh().run(file(id, cell), P5Contended.class, "slice", effort, parameters), natives);
  }

  private static String file(String id, int[] cell) {
    return id + "-" + cell[0] + "-" + cell[1] + "-" + cell[2];
  }

  private static String name(int[] cell) {
    return cell[0] + " threads, section " + cell[1] + ", outside x" + cell[2];
  }

  private void mean(String id, int cells, Means means, String peer, List<String> others) {
    double mean = means.of(peer);
    report.target(
        id,
        "geometric mean of " + cells + " cells",
        "",
        peer,
        Report.number(mean) + " x",
        ">= 1.50 x",
        mean >= 1.5,
        String.join(
            ", ",
            others.stream()
                .map(other -> "over " + other + " " + Report.number(means.of(other)) + " x")
                .toList()));
  }

  /** Geometric means of ratios, by the peer's name. */
  private static final class Means {
    private final Map<String, DoubleSummaryStatistics> logarithms = new HashMap<>();

    void add(String peer, double ratio) {
      logarithms.computeIfAbsent(peer, _ -> new DoubleSummaryStatistics()).accept(Math.log(ratio));
    }

    double of(String peer) {
      DoubleSummaryStatistics all = logarithms.getOrDefault(peer, new DoubleSummaryStatistics());
      return Math.exp(all.getAverage());
    }
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
