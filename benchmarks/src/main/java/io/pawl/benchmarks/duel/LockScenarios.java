package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Locks that nobody else wants, and read locks: P1 to P4, P10 and the mixes RW. */
final class LockScenarios {
  private static final String MUTEX = "Mutex";
  private static final String DROP_IN = "PawlReentrantLock";
  private static final String PEER = "ReentrantLock";
  private static final String READERS = "RwLock";
  private static final String READERS_PEER = "ReentrantReadWriteLock";
  private static final String STAMPED = "StampedLock";

  private static final String LOCKED = "uncontended lock + unlock";
  private static final String READ = "read lock + unlock";

  private final Session session;
  private final Launcher launcher;

  LockScenarios(Session session) {
    this.session = session;
    this.launcher = session.launcher();
  }

  private Effort effort() {
    return session.full() ? new Effort(6, 4, 5, 6, 100) : new Effort(5, 3, 4, 5, 100);
  }

  private Effort readEffort() {
    return session.full() ? effort() : new Effort(4, 3, 4, 5, 100);
  }

  private List<String> flags(Collector collector) {
    return List.of(collector.flag());
  }

  private List<Collector> collectors() {
    return session.full() ? List.of(Collector.values()) : List.of(Collector.G1);
  }

  private static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** P1, P2. */
  void uncontended() throws IOException, InterruptedException {
    for (Collector collector : collectors()) {
      List<String> others =
          join(
              session.full() ? List.of(STAMPED, "synchronized") : List.of(),
              collector == Collector.G1 ? session.natives() : List.of());
      List<String> mutexPeers = new ArrayList<>(List.of(PEER));
      mutexPeers.addAll(others);
      mutexPeers.addAll(session.baselines(MUTEX));
      List<String> dropInPeers = join(List.of(PEER), session.baselines(DROP_IN));
      List<String> all =
          Stream.concat(
                  Stream.of(MUTEX, DROP_IN),
                  Stream.concat(mutexPeers.stream(), dropInPeers.stream()))
              .distinct()
              .toList();
      Rounds _ =
          session.measure(
              () -> launcher.entries(all, "lock", flags(collector)),
              effort(),
              List.of(
                  new Scenario("P1", LOCKED, collector.title())
                      .row("", Quantity.TIME, MUTEX, mutexPeers, Goal.ratio(PEER, 0.55)),
                  new Scenario("P2", LOCKED + ", drop-in", collector.title())
                      .row("", Quantity.TIME, DROP_IN, dropInPeers, Goal.ratio(PEER, 0.60))));
    }
    if (session.full()) {
      asProgram("P1", LOCKED, MUTEX, PEER, 0.55);
      asProgram("P2", LOCKED + ", drop-in", DROP_IN, PEER, 0.60);
    } else {
      session.leave("P1, P2", LOCKED, "under Parallel and ZGC; as a program");
    }
  }

  /** P3. */
  void oneReader() throws IOException, InterruptedException {
    for (Collector collector : collectors()) {
      List<String> peers =
          Stream.of(
                  List.of(READERS_PEER, STAMPED),
                  session.full() && collector == Collector.G1
                      ? session.natives()
                      : List.<String>of(),
                  session.baselines(READERS))
              .flatMap(List::stream)
              .toList();
      Rounds _ =
          session.measure(
              () -> launcher.entries(join(List.of(READERS), peers), "read 1 0", flags(collector)),
              readEffort(),
              List.of(
                  new Scenario("P3", READ, collector.title())
                      .row("", Quantity.TIME, READERS, peers, Goal.ratio(READERS_PEER, 0.30))));
    }
    if (session.full()) {
      asProgram("P3", READ, READERS, READERS_PEER, 0.30);
      upgradable();
    } else {
      session.leave("P3", READ, "under Parallel and ZGC; as a program; upgradable; C and Rust");
    }
  }

  /**
   * P3, an upgradable read lock: a mutex and a read lock that is counted without slots, as those of
   * virtual threads are.
   */
  private void upgradable() throws IOException, InterruptedException {
    String pawl = "UpgradableReadLock";
    String parts = "MutexAndReadLock";
    List<String> peers = join(List.of(parts, "PawlReadLock", "ReadLock"), session.baselines(pawl));
    Rounds _ =
        session.measure(
            () -> launcher.entries(join(List.of(pawl), peers), "lock virtual", flags(Collector.G1)),
            effort(),
            List.of(
                new Scenario("P3", READ, Collector.G1.title())
                    .row(
                        "upgradable, virtual thread",
                        Quantity.TIME,
                        pawl,
                        peers,
                        Goal.ratio(parts, 1.0))));
  }

  /** The same as part of a program, which may cost a tenth more. */
  private void asProgram(String id, String title, String pawl, String peer, double limit)
      throws IOException, InterruptedException {
    for (Collector collector : collectors()) {
      Rounds _ =
          session.measure(
              () -> {
                List<Match.Entry> entries = new ArrayList<>();
                for (String name : List.of(pawl, peer)) {
                  Player player = launcher.startProgram(name, flags(collector));
                  entries.add(new Match.Entry(name, player, "lock"));
                }
                return entries;
              },
              effort(),
              List.of(
                  new Scenario(id, title, collector.title())
                      .row(
                          "as a program",
                          Quantity.TIME,
                          pawl,
                          List.of(peer),
                          Goal.ratio(peer, limit * 1.1))));
    }
  }

  /** P4. */
  void moreReaders() throws IOException, InterruptedException {
    String one = READERS + ", one reader";
    for (int threads : session.full() ? new int[] {2, 4} : new int[] {2}) {
      Scenario scenario = new Scenario("P4", READ + ", several readers");
      String cell = threads + " readers";
      List<String> peers =
          Stream.of(List.of(READERS_PEER, STAMPED), session.natives(), session.baselines(READERS))
              .flatMap(List::stream)
              .toList();
      List<Spec> specs = new ArrayList<>();
      specs.add(scenario.row(cell, Quantity.TIME, READERS, peers, Goal.ratio(READERS_PEER, 0.03)));
      if (threads <= session.placement().cpus()) {
        specs.add(
            scenario.row(
                cell + " against one", Quantity.TIME, READERS, List.of(one), Goal.ratio(one, 1.1)));
      }
      Rounds _ =
          session.measure(
              () -> {
                List<Match.Entry> entries =
                    new ArrayList<>(
                        launcher.entries(
                            join(List.of(READERS), peers),
                            "read " + threads + " 0",
                            flags(Collector.G1)));
                entries.add(1, new Match.Entry(one, entries.getFirst().player(), "read 1 0"));
                return entries;
              },
              readEffort(),
              specs);
    }
    if (!session.full()) {
      session.leave("P4", READ + ", several readers", "four readers; C and Rust");
    }
  }

  /** RW. */
  void mixes() throws IOException, InterruptedException {
    if (!session.full()) {
      session.leave("RW", "reads and writes", "all");
      return;
    }
    List<String> rivals = List.of(READERS_PEER, STAMPED);
    for (int period : new int[] {1000, 10}) {
      for (int threads : new int[] {2, 4, 8}) {
        String cell = threads + " threads, 1 write in " + period;
        List<String> peers =
            Stream.of(rivals, session.natives(), session.baselines(READERS))
                .flatMap(List::stream)
                .toList();
        if (!session.wants(cell)) {
          continue;
        }
        Rounds _ =
            session.measure(
                () ->
                    launcher.entries(
                        join(List.of(READERS), peers),
                        "read " + threads + " " + period,
                        flags(Collector.G1)),
                new Effort(3, 2, 3, 6, 150),
                List.of(
                    new Scenario("RW", "reads and writes")
                        .row(
                            cell,
                            Quantity.TIME,
                            READERS,
                            peers,
                            Goal.best(rivals, period == 1000 ? 0.5 : 0.8))));
      }
    }
  }

  /** P10. */
  void semaphore() throws IOException, InterruptedException {
    String pawl = "PawlSemaphore";
    List<String> peers = join(List.of("Semaphore"), session.baselines(pawl));
    Rounds _ =
        session.measure(
            () -> launcher.entries(join(List.of(pawl), peers), "lock", flags(Collector.G1)),
            effort(),
            List.of(
                new Scenario("P10", "uncontended acquire + release of a semaphore")
                    .row("", Quantity.TIME, pawl, peers, Goal.ratio("Semaphore", 1.0))));
  }
}
