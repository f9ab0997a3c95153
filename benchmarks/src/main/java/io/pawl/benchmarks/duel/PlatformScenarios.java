package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes systems comparable: their own locks, their wait and wake through each backend, and the
 * locks of the book, which are made of those: P22. Only the full run has them.
 */
final class PlatformScenarios {
  private static final Scenario SCENARIO = new Scenario("P22", "locks and waits of the system");
  private static final List<String> FLAGS = List.of(Collector.G1.flag());
  private static final Effort EFFORT = new Effort(3, 2, 3, 6, 100);

  private static final String OS = "OsMutex";
  private static final String PI = "PiMutex";
  private static final String MUTEX = "Mutex";
  private static final String FUTEX = "C futex";
  private static final List<String> BOOK = List.of("BookMutex1", "BookMutex2", "BookMutex3");
  private static final List<String> BACKENDS = List.of("panama", "jni", "syscall", "jna", "java");

  /** What two calls into native code may cost over the same calls in C, in nanoseconds. */
  private static final double CALLS = 12;

  private final Session session;
  private final Launcher launcher;

  PlatformScenarios(Session session) {
    this.session = session;
    this.launcher = session.launcher();
  }

  /** P22, the locks. */
  void locks() throws IOException, InterruptedException {
    List<String> system = new ArrayList<>();
    for (String lock : List.of(OS, PI)) {
      if (session.can("P22", lock, lock, "lock", FLAGS)) {
        system.add(lock);
      }
    }
    locks(system, "uncontended", "lock", Quantity.TIME);
    locks(system, "4:500:2000", "closed 4 500 2000", Quantity.RATE);
  }

  private void locks(List<String> system, String cell, String task, Quantity quantity)
      throws IOException, InterruptedException {
    if (!session.wants(cell)) {
      return;
    }
    List<String> natives = launcher.natives().platformNames();
    List<String> others = new ArrayList<>(BOOK);
    others.addAll(natives);
    List<Spec> specs = new ArrayList<>();
    for (String lock : system) {
      String equal = lock.equals(OS) ? NativePeers.C : NativePeers.PI;
      List<String> peers = new ArrayList<>(List.of(MUTEX));
      peers.addAll(others);
      boolean isJudged = quantity == Quantity.TIME && natives.contains(equal);
      Goal[] goals = isJudged ? new Goal[] {Goal.difference(equal, CALLS)} : new Goal[0];
      specs.add(SCENARIO.row(cell, quantity, lock, peers, goals).guarded(0.08));
    }
    if (specs.isEmpty()) {
      specs.add(SCENARIO.row(cell, quantity, MUTEX, others));
    }
    List<String> all = new ArrayList<>(system);
    all.add(MUTEX);
    all.addAll(others);
    Rounds _ = session.measure(() -> launcher.entries(all, task, FLAGS), EFFORT, specs);
  }

  /** P22, wait and wake. */
  void waits() throws IOException, InterruptedException {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (String backend : BACKENDS) {
      List<String> chosen = List.of(Collector.G1.flag(), "-Dpawl.backend=" + backend);
      if (session.can("P22", backend, backend, "words free", chosen)) {
        flags.put(backend, chosen);
      }
    }
    boolean isApart = session.placement().canSeparate();
    waits(
        flags,
        "round trip through two words",
        isApart ? "words apart" : "words free",
        Quantity.MICROS);
    flags.remove("java");
    waits(flags, "wake of nobody", "wake", Quantity.TIME);
  }

  private void waits(Map<String, List<String>> flags, String cell, String task, Quantity quantity)
      throws IOException, InterruptedException {
    if (flags.isEmpty() || !session.wants(cell)) {
      return;
    }
    List<String> peers = new ArrayList<>(flags.keySet());
    String first = peers.removeFirst();
    if (launcher.natives().hasFutex()) {
      peers.add(FUTEX);
    }
    Rounds _ =
        session.measure(
            () -> {
              List<Match.Entry> entries = new ArrayList<>();
              for (Map.Entry<String, List<String>> backend : flags.entrySet()) {
                Player player = launcher.start(backend.getKey(), backend.getValue());
                entries.add(new Match.Entry(backend.getKey(), player, task));
              }
              if (peers.contains(FUTEX)) {
                entries.add(new Match.Entry(FUTEX, launcher.start(NativePeers.C, List.of()), task));
              }
              for (Match.Entry entry : entries) {
                entry.player().awaitReady();
              }
              return entries;
            },
            EFFORT,
            List.of(SCENARIO.row(cell, quantity, first, peers)));
  }

  /** P22, conditions. */
  void conditions() throws IOException, InterruptedException {
    String cell = "round trip through a condition";
    if (!session.wants(cell)) {
      return;
    }
    List<String> peers = new ArrayList<>(List.of("BookCondvar1", "BookCondvar2"));
    peers.addAll(session.natives());
    List<String> all = new ArrayList<>(List.of(MUTEX));
    all.addAll(peers);
    String task = session.placement().canSeparate() ? "pingpong apart" : "pingpong free";
    Rounds _ =
        session.measure(
            () -> launcher.entries(all, task, FLAGS),
            EFFORT,
            List.of(SCENARIO.row(cell, Quantity.MICROS, MUTEX, peers)));
  }
}
