package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import io.pawl.benchmarks.result.Curve;
import io.pawl.benchmarks.result.Latency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Requests that come at random times: P7, and P11 with open arrivals. */
final class LatencyScenarios {
  private static final String MUTEX = "Mutex";
  private static final String DROP_IN = "PawlReentrantLock";
  private static final String PEER = "ReentrantLock";
  private static final List<String> PEERS = List.of(PEER, "StampedLock", "synchronized");
  private static final List<String> FLAGS = List.of(Collector.G1.flag());

  private static final List<Load> QUICK = List.of(new Load(4, 500, 500), new Load(8, 2000, 2000));

  private static final List<Load> LOADS =
      List.of(
          new Load(4, 50, 200),
          new Load(4, 500, 500),
          new Load(4, 500, 2000),
          new Load(8, 50, 200),
          new Load(8, 500, 2000),
          new Load(8, 2000, 2000));

  private final Session session;
  private final Launcher launcher;

  LatencyScenarios(Session session) {
    this.session = session;
    this.launcher = session.launcher();
  }

  private Effort effort(boolean virtual) {
    if (!session.full()) {
      return new Effort(2, 2, 2, 6, 250);
    }
    return virtual ? new Effort(2, 1, 2, 5, 250) : new Effort(3, 1, 2, 5, 250);
  }

  /** P7. */
  void latency() throws IOException, InterruptedException {
    for (Load load : session.full() ? LOADS : QUICK) {
      for (String kind : kinds()) {
        String cell = load.cell() + (kind.equals("virtual") ? " virtual" : "");
        if (!session.wants(cell)) {
          continue;
        }
        double capacity = capacity("closed " + load.words(), "P7", cell);
        for (int percent : session.full() ? new int[] {50, 80, 95} : new int[] {90}) {
          latency(load, cell, kind, capacity, percent);
        }
      }
    }
    if (!session.full()) {
      session.leave(
          "P7", "latency, open loop", "four more loads; 50, 80 and 95 %; virtual threads; drop-in");
    }
  }

  private List<String> kinds() {
    return session.full() ? List.of("platform", "virtual") : List.of("platform");
  }

  /** Requests per second of the best implementation in a closed loop. */
  private double capacity(String task, String id, String cell)
      throws IOException, InterruptedException {
    List<String> all = Stream.concat(Stream.of(MUTEX), PEERS.stream()).toList();
    Rounds rounds = new Rounds();
    rounds.add(
        session.fork(() -> launcher.entries(all, task, FLAGS), new Effort(1, 0, 3, 3, 150), 0));
    String best = MUTEX;
    double most = 0;
    for (String name : all) {
      double rate = Statistics.median(rounds.values(name, "rate")) * 1e3;
      if (rate > most) {
        most = rate;
        best = name;
      }
    }
    session.note(
        id,
        String.format(
            Locale.ROOT, "The capacity of %s is %.0f requests/s, with %s.", cell, most, best));
    return most;
  }

  private void latency(Load load, String cell, String kind, double capacity, int percent)
      throws IOException, InterruptedException {
    double rate = capacity * percent / 100;
    boolean virtual = kind.equals("virtual");
    String name = cell + " at " + percent + " %";
    List<String> pawls = session.full() ? List.of(MUTEX, DROP_IN) : List.of(MUTEX);
    List<String> peers = Stream.of(PEERS, session.baselines(MUTEX)).flatMap(List::stream).toList();
    List<Spec> specs = new ArrayList<>();
    Scenario scenario = new Scenario("P7", "latency, open loop");
    Goal[] cpus = virtual ? new Goal[0] : new Goal[] {Goal.bestBy(Quantity.P99, PEERS, 1.05)};
    for (String pawl : pawls) {
      for (Quantity quantity : List.of(Quantity.P50, Quantity.P99, Quantity.P999)) {
        specs.add(
            scenario
                .row(name, quantity, pawl, peers, Goal.ratio(PEER, 0.25), Goal.best(PEERS, 0.9))
                .guarded(0.10));
      }
      specs.add(scenario.row(name, Quantity.CPUS, pawl, peers, cpus).guarded(0.05));
    }
    List<String> all = Stream.concat(pawls.stream(), peers.stream()).toList();
    String task = "open " + load.words() + " " + Math.round(rate) + " " + kind;
    Rounds rounds =
        session.measure(() -> launcher.entries(all, task, FLAGS), effort(virtual), specs);
    session.add(
        new Latency("P7", cell, load.threads(), virtual, null, rate, percent, curves(rounds, all)));
  }

  private static List<Curve> curves(Rounds rounds, List<String> names) {
    return names.stream()
        .map(name ->
            Curve.of(name, rounds.histogram(name), Statistics.median(rounds.values(name, "cpus"))))
        .toList();
  }

  /** P11, open. */
  void manyVirtualThreads() throws IOException, InterruptedException {
    if (!session.full()) {
      session.leave("P11", "10,000 virtual threads", "open arrivals");
      return;
    }
    int threads = 10_000;
    int percent = 10; // most of the work of such a request is its thread's timer
    double capacity = capacity("crowd " + threads + " 10 50", "P11", "open");
    double rate = capacity * percent / 100;
    List<String> pawls = List.of(DROP_IN, MUTEX);
    List<String> peers =
        Stream.of(List.of(PEER, "synchronized"), session.baselines(DROP_IN))
            .flatMap(List::stream)
            .toList();
    List<String> all = Stream.concat(pawls.stream(), peers.stream()).toList();
    List<Spec> specs = new ArrayList<>();
    String cell = "open at " + percent + " %";
    for (String pawl : pawls) {
      for (Quantity quantity : List.of(Quantity.P50, Quantity.P99)) {
        specs.add(
            new Scenario("P11", "10,000 virtual threads")
                .row(cell, quantity, pawl, peers, Goal.ratio(PEER, 0.9))
                .guarded(0.10));
      }
    }
    String task = "open " + threads + " 50 0 " + Math.round(rate) + " virtual";
    Rounds rounds =
        session.measure(() -> launcher.entries(all, task, FLAGS), effort(true).millis(500), specs);
    session.add(
        new Latency("P11", "open", threads, true, null, rate, percent, curves(rounds, all)));
  }
}
