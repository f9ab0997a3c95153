package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import io.pawl.benchmarks.result.Better;
import io.pawl.benchmarks.result.Bound;
import io.pawl.benchmarks.result.Scaling;
import io.pawl.benchmarks.result.Scaling.Line;
import io.pawl.benchmarks.result.Scaling.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Threads that want the same lock, each as fast as it can: P5, P9, P11. */
final class ContendedScenarios {
  private static final String MUTEX = "Mutex";
  private static final String PEER = "ReentrantLock";
  private static final List<String> PEERS = List.of(PEER, "StampedLock", "synchronized");
  private static final List<String> FLAGS = List.of(Collector.G1.flag());

  private static final List<Load> QUICK =
      List.of(new Load(4, 50, 0), new Load(4, 500, 2000), new Load(8, 2000, 0));

  private static final List<Load> FAIR =
      List.of(new Load(4, 0, 0), new Load(4, 50, 200), new Load(4, 500, 0));

  private final Session session;
  private final Launcher launcher;

  ContendedScenarios(Session session) {
    this.session = session;
    this.launcher = session.launcher();
  }

  private Effort effort() {
    return session.full() ? new Effort(3, 1, 3, 6, 150) : new Effort(2, 1, 3, 7, 150);
  }

  private static List<String> join(String first, List<String> second) {
    return Stream.concat(Stream.of(first), second.stream()).toList();
  }

  /** P5. */
  void throughput() throws IOException, InterruptedException {
    Scenario scenario = new Scenario("P5", "contended lock, closed loop");
    Map<String, List<Cell>> curves = new LinkedHashMap<>();
    try (Player steps = launcher.start(PEER, FLAGS)) {
      for (Load load : session.full() ? grid() : QUICK) {
        if (!session.wants(load.cell())) {
          continue;
        }
        Bound bound = bound(load, steps);
        Rounds rounds = throughput(scenario, load, bound);
        curves
            .computeIfAbsent(
                "section " + load.section() + ", outside " + load.outside(), _ -> new ArrayList<>())
            .add(new Cell(load, bound, rounds));
      }
    }
    curves.forEach((name, cells) -> addScaling(scenario, name, cells));
    if (!session.full()) {
      session.leave("P5", scenario.title(), "the rest of the grid, 21 cells; C and Rust");
    }
  }

  /** What one cell of the grid has measured. */
  private record Cell(Load load, @Nullable Bound bound, Rounds rounds) {}

  private List<String> peers() {
    return Stream.of(
            PEERS, session.full() ? session.natives() : List.<String>of(), session.baselines(MUTEX))
        .flatMap(List::stream)
        .toList();
  }

  private Rounds throughput(Scenario scenario, Load load, @Nullable Bound bound)
      throws IOException, InterruptedException {
    List<String> peers = peers();
    List<Goal> goals = new ArrayList<>(List.of(Goal.best(PEERS, 0.97)));
    if (bound != null) {
      goals.add(Goal.ofBound(load.outside() > 0 ? 0.95 : 0.90));
    }
    Goal[] rates = goals.toArray(Goal[]::new);
    Spec rate = scenario.row(load.cell(), Quantity.RATE, MUTEX, peers, rates);
    return session.measure(
        () -> launcher.entries(join(MUTEX, peers), "closed " + load.words(), FLAGS),
        session.full() ? effort() : effort().settled(),
        List.of(
            bound == null ? rate : rate.with(bound),
            scenario
                .row(load.cell(), Quantity.CPU_TIME, MUTEX, peers, Goal.best(PEERS, 1.3))
                .guarded(0.08),
            scenario
                .row(load.cell(), Quantity.FAIRNESS, MUTEX, peers, Goal.own(0.5))
                .guarded(0.08)));
  }

  /** What no lock can be faster than; null if there is no work that takes time. */
  private @Nullable Bound bound(Load load, Player steps) throws IOException, InterruptedException {
    Turn work = steps.turn(200, 0, "steps " + load.section() + " " + load.outside());
    double section = work.get("section");
    double both = section + work.get("outside");
    if (both == 0) {
      return null;
    }
    int cpus = Math.min(load.threads(), session.placement().cpus());
    double serial = section == 0 ? Double.MAX_VALUE : 1e6 / section;
    double parallel = cpus * 1e6 / both;
    return serial <= parallel
        ? new Bound(serial, "1 / section")
        : new Bound(parallel, "CPUs / (section + outside)");
  }

  private void addScaling(Scenario scenario, String name, List<Cell> cells) {
    if (cells.size() < 2) {
      return;
    }
    List<Line> lines =
        join(MUTEX, peers()).stream()
            .map(side -> new Line(side, cells.stream().map(cell -> point(cell, side)).toList()))
            .toList();
    List<Point> bounds = new ArrayList<>();
    for (Cell cell : cells) {
      if (cell.bound() != null) {
        bounds.add(new Point(cell.load().threads(), cell.bound().value(), null));
      }
    }
    session.add(
        new Scaling(
            scenario.id(), scenario.title(), name, null, "/ms", Better.MORE, lines, bounds));
  }

  private static Point point(Cell cell, String side) {
    return new Point(
        cell.load().threads(),
        Statistics.median(cell.rounds().values(side, "rate")),
        Statistics.median(cell.rounds().values(side, "cpus")));
  }

  private static List<Load> grid() {
    List<Load> loads = new ArrayList<>();
    for (int section : new int[] {0, 50, 500, 2000}) {
      for (int outside : new int[] {0, 4 * Math.max(section, 50)}) {
        for (int threads : new int[] {2, 4, 8}) {
          loads.add(new Load(threads, section, outside));
        }
      }
    }
    return loads;
  }

  /** P9. */
  void fair() throws IOException, InterruptedException {
    Scenario scenario = new Scenario("P9", "fair lock, closed loop");
    for (Load load : session.full() ? FAIR : FAIR.subList(1, 2)) {
      if (!session.wants(load.cell())) {
        continue;
      }
      fair(scenario, load, List.of("FairMutex", "PawlFairReentrantLock"), "FairReentrantLock");
      if (session.full()) {
        fair(scenario, load, List.of("PawlFairSemaphore"), "FairSemaphore");
        fair(
            scenario,
            load,
            List.of("PawlFairReentrantReadWriteLock"),
            "FairReentrantReadWriteLock");
      }
    }
    if (!session.full()) {
      session.leave("P9", scenario.title(), "two more loads; semaphore and read-write lock");
    }
  }

  private void fair(Scenario scenario, Load load, List<String> pawls, String peer)
      throws IOException, InterruptedException {
    List<Spec> specs = new ArrayList<>();
    List<String> all = new ArrayList<>(pawls);
    all.add(peer);
    for (String pawl : pawls) {
      List<String> peers = join(peer, session.baselines(pawl));
      all.addAll(session.baselines(pawl));
      specs.add(
          scenario
              .row(load.cell(), Quantity.RATE, pawl, peers, Goal.ratio(peer, 1.5))
              .guarded(0.08));
    }
    Rounds _ =
        session.measure(
            () -> launcher.entries(all, "closed " + load.words(), FLAGS), effort(), specs);
  }

  /** P11, closed. */
  void virtualThreads() throws IOException, InterruptedException {
    Scenario scenario = new Scenario("P11", "10,000 virtual threads");
    String pawl = "PawlReentrantLock";
    List<String> peers =
        Stream.of(List.of(PEER, "synchronized"), session.baselines(pawl), session.baselines(MUTEX))
            .flatMap(List::stream)
            .toList();
    List<String> all = new ArrayList<>(List.of(pawl, MUTEX));
    all.addAll(peers);
    Rounds _ =
        session.measure(
            () -> launcher.entries(all, "crowd 10000 10 50", FLAGS),
            session.full() ? effort() : new Effort(2, 2, 3, 7, 150),
            List.of(
                scenario
                    .row("closed", Quantity.TIME, pawl, peers, Goal.ratio(PEER, 0.9))
                    .guarded(0.05),
                scenario
                    .row("closed", Quantity.TIME, MUTEX, peers, Goal.ratio(PEER, 0.9))
                    .guarded(0.05)));
  }
}
