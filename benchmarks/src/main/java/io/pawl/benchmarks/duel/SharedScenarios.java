package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Locks between processes: P20. Only the full run has them. */
final class SharedScenarios {
  private static final String MUTEX = "SharedMutex";
  private static final String ROBUST = "pthread robust";
  private static final String CRITICAL = "pthread robust, critical";
  private static final String FILE = "FileLock";
  private static final String FUTEX = "futex";

  private static final List<String> FLAGS = List.of(Collector.G1.flag());

  /** The longest slice of a region, which is the default. */
  private static final double SLICE_MILLIS = 100;

  /** Microseconds, a hundredth of a slice. */
  private static final double AT_ONCE = SLICE_MILLIS * 10;

  private final Session session;

  SharedScenarios(Session session) {
    this.session = session;
  }

  /** P20, nobody else wants the lock. */
  void uncontended() throws IOException, InterruptedException {
    List<String> memory = new ArrayList<>(List.of(ROBUST, CRITICAL));
    memory.addAll(session.sharedNatives());
    List<String> files = List.of(FILE, "OFD lock");
    List<String> all = new ArrayList<>(List.of(MUTEX));
    all.addAll(memory);
    all.addAll(files);
    Scenario scenario = new Scenario("P20", "uncontended lock + unlock between processes");
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all, "lock", List.of(Collector.G1.flag())),
            new Effort(4, 4, 4, 6, 100),
            List.of(
                scenario.row(
                    "locks in memory", Quantity.TIME, MUTEX, memory, Goal.ratio(CRITICAL, 0.8)),
                scenario.row(
                    "locks of files", Quantity.TIME, MUTEX, files, Goal.ratio(FILE, 0.01))));
  }

  /** P20, two processes that wait for each other. */
  void handOff() throws IOException, InterruptedException {
    List<String> peers = List.of(FUTEX, ROBUST);
    Rounds _ =
        session.measure(
            () ->
                session
                    .launcher()
                    .entries(
                        List.of(MUTEX, FUTEX, ROBUST), "handoff", List.of(Collector.G1.flag())),
            new Effort(4, 4, 4, 6, 150),
            List.of(
                new Scenario("P20", "two hand-offs between two processes")
                    .row("", Quantity.MICROS, MUTEX, peers, Goal.ratio(FUTEX, 1.2))
                    .guarded(0.08)));
  }

  /** P20, the owner of a lock is killed. */
  void deaths() throws IOException, InterruptedException {
    List<String> peers = List.of(ROBUST, FILE);
    Scenario scenario = new Scenario("P20", "the owner of a lock is killed");
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all(peers), "death waiting", FLAGS),
            new Effort(2, 2, 1, 8, 1000),
            List.of(
                scenario
                    .row("somebody waits", Quantity.MILLIS, MUTEX, peers, Goal.own(SLICE_MILLIS))
                    .guarded(0.08)));
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all(peers), "death before", FLAGS),
            new Effort(2, 2, 1, 8, 1000),
            List.of(
                scenario.row(
                    "somebody comes later", Quantity.MICROS, MUTEX, peers, Goal.own(AT_ONCE))));
  }

  private static List<String> all(List<String> peers) {
    List<String> all = new ArrayList<>(List.of(MUTEX));
    all.addAll(peers);
    return all;
  }
}
