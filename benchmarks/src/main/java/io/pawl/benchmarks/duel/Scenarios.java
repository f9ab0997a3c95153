package io.pawl.benchmarks.duel;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The scenarios of {@code compare}, in order. */
final class Scenarios {
  private final Session session;
  private final List<String> only;
  private final Instant start = Instant.now();
  private boolean hasFailed;

  /**
   * Constructs the scenarios of one run.
   *
   * @param session what they share
   * @param only the ids of those to be measured; empty for all
   */
  Scenarios(Session session, List<String> only) {
    this.session = session;
    this.only = only;
  }

  /** Something to be measured. */
  private interface Body {
    void run() throws IOException, InterruptedException;
  }

  /** Measures everything that was asked for. Returns whether all of it could be. */
  boolean run() throws InterruptedException {
    LockScenarios locks = new LockScenarios(session);
    ContendedScenarios contended = new ContendedScenarios(session);
    LatencyScenarios latencies = new LatencyScenarios(session);
    WaitScenarios waits = new WaitScenarios(session);
    CostScenarios costs = new CostScenarios(session);
    session.placement().useTwo();
    run("latency, open loop", latencies::latency, "P7");
    run("contended throughput", contended::throughput, "P5");
    run("uncontended locks", locks::uncontended, "P1", "P2");
    run("read locks", locks::oneReader, "P3");
    run("several readers", locks::moreReaders, "P4");
    run("reads and writes", locks::mixes, "RW");
    run("hand-off", waits::handOff, "P6");
    run("notify all", waits::notifyAllWaiters, "P8");
    run("fair throughput", contended::fair, "P9");
    run("uncontended semaphore", locks::semaphore, "P10");
    run("virtual threads", contended::virtualThreads, "P11");
    run("virtual threads, open arrivals", latencies::manyVirtualThreads, "P11");
    run("construction", costs::construction, "P12");
    run("start-up", costs::startUp, "P13");
    data();
    return !hasFailed;
  }

  private void data() throws InterruptedException {
    if (!session.full() && only.isEmpty()) {
      session.leave(
          "P14 to P22",
          "arena, handles, read section, one-shot, channel, processes, observing, the system's"
              + " locks",
          "all");
      return;
    }
    DataScenarios data = new DataScenarios(session);
    run("arena", data::arena, "P14");
    run("handles of slices", data::handles, "P15");
    run("read section", data::readSection, "P17");
    run("one-shot channel", data::oneShot, "P18");
    run("channel", data::channel, "P19");
    SharedScenarios shared = new SharedScenarios(session);
    run("uncontended locks between processes", shared::uncontended, "P20");
    run("hand-off between processes", shared::handOff, "P20");
    run("death of an owner between processes", shared::deaths, "P20");
    run("waits that are told", new ObserveScenarios(session)::told, "P21");
    PlatformScenarios platform = new PlatformScenarios(session);
    run("locks of the system", platform::locks, "P22");
    run("waits of the system", platform::waits, "P22");
    run("conditions on them", platform::conditions, "P22");
  }

  private void run(String what, Body body, String... ids) throws InterruptedException {
    if (!only.isEmpty() && List.of(ids).stream().noneMatch(only::contains)) {
      return;
    }
    long seconds = Duration.between(start, Instant.now()).toSeconds();
    System.out.printf(Locale.ROOT, "%4d s  %s: %s%n", seconds, String.join(", ", ids), what);
    try {
      body.run();
    } catch (IOException | RuntimeException e) {
      hasFailed = true;
      session.note(ids[0], "Could not be measured: " + e.getMessage());
    }
  }
}
