package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.P12Footprint;
import io.pawl.benchmarks.duel.Spec.Scenario;
import io.pawl.benchmarks.result.Better;
import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Peer;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What it costs to have a lock at all: P12, P13. */
final class CostScenarios {
  private static final String MUTEX = "Mutex";
  private static final String PEER = "ReentrantLock";

  /** What Pawl's mutex takes of the heap at most. */
  private static final double BYTES = 32;

  private final Session session;

  CostScenarios(Session session) {
    this.session = session;
  }

  /** P12. */
  void construction() throws IOException, InterruptedException {
    List<String> peers =
        Stream.of(List.of(PEER), session.baselines(MUTEX)).flatMap(List::stream).toList();
    List<String> all = Stream.concat(Stream.of(MUTEX), peers.stream()).toList();
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all, "construct", List.of(Collector.G1.flag())),
            session.full() ? new Effort(5, 4, 5, 6, 100) : new Effort(4, 2, 4, 5, 100),
            List.of(
                new Scenario("P12", "construction")
                    .row("", Quantity.TIME, MUTEX, peers, Goal.ratio(PEER, 0.90))));
    for (String line : StartPlayer.run(List.of(), P12Footprint.class)) {
      if (line.startsWith(P12Footprint.ROW)) {
        heap(line.substring(P12Footprint.ROW.length()).split(" ", -1));
      }
    }
  }

  /** A class, its bytes, and those of its peer. */
  private void heap(String[] cells) {
    double pawl = Double.parseDouble(cells[1]);
    double jdk = Double.parseDouble(cells[2]);
    List<Target> targets =
        cells[0].equals(MUTEX)
            ? List.of(Target.absolute(BYTES, Interval.exact(pawl), Better.LESS))
            : List.of();
    if (targets.isEmpty() && !session.full()) {
      return;
    }
    session.add(
        new Row(
            "P12",
            "heap memory of a new object",
            cells[0],
            "memory",
            null,
            "bytes",
            Better.LESS,
            Measured.of(cells[0], pawl, List.of(pawl)),
            List.of(
                new Peer(Measured.of("the JDK's", jdk, List.of(jdk)), Interval.exact(pawl / jdk))),
            targets,
            null));
  }

  /** P13. */
  void startUp() throws IOException, InterruptedException {
    Scenario scenario = new Scenario("P13", "start of a JVM");
    Effort effort = session.full() ? new Effort(1, 2, 2, 31, 1) : new Effort(1, 1, 1, 21, 1);
    startUp(scenario, "to the first lock", "uncontended", List.of(), List.of(), 3, effort);
    startUp(scenario, "to the first contended wait", "contended", List.of(), List.of(), 6, effort);
    if (!session.full()) {
      session.leave("P13", scenario.title(), "with an AOT cache");
    } else if (Runtime.version().feature() < 25) {
      session.note("P13", "An AOT cache in one step needs JDK 25 or later.");
    } else {
      withCache(scenario, "to the first lock", "uncontended", 1, effort);
      withCache(scenario, "to the first contended wait", "contended", 2, effort);
    }
  }

  private void startUp(
      Scenario scenario,
      String cell,
      String task,
      List<String> flags,
      List<String> peerFlags,
      double limit,
      Effort effort)
      throws IOException, InterruptedException {
    Rounds _ =
        session.measure(
            () ->
                List.of(
                    new Match.Entry(MUTEX, new StartPlayer(MUTEX, flags), task),
                    new Match.Entry(PEER, new StartPlayer(PEER, peerFlags), task)),
            effort,
            List.of(
                scenario
                    .row(cell, Quantity.MILLIS, MUTEX, List.of(PEER), Goal.difference(PEER, limit))
                    .guarded(0.15)));
  }

  private void withCache(Scenario scenario, String cell, String task, double limit, Effort effort)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("pawl-aot");
    List<List<String>> flags = new ArrayList<>();
    for (String lock : List.of(MUTEX, PEER)) {
      Path cache = directory.resolve(lock + ".aot");
      StartPlayer.train(lock, task, cache);
      flags.add(List.of("-XX:AOTCache=" + cache));
    }
    startUp(scenario, cell + ", AOT cache", task, flags.getFirst(), flags.getLast(), limit, effort);
    for (String lock : List.of(MUTEX, PEER)) {
      boolean _ = Files.deleteIfExists(directory.resolve(lock + ".aot"));
    }
    Files.delete(directory);
  }
}
