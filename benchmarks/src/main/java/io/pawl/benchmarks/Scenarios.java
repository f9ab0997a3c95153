package io.pawl.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.RunnerException;

/** The scenarios that {@code compare} measures, in order. */
final class Scenarios {
  private final Session session;
  private final List<String> only;
  private final long start = System.nanoTime();

  /**
   * Constructs the scenarios of one run.
   *
   * @param session what they share
   * @param only the ids of those to be measured; empty for all that are usual
   */
  Scenarios(Session session, List<String> only) {
    this.session = session;
    this.only = only;
  }

  /** Measures everything that was asked for. */
  List<Table> run() throws IOException, InterruptedException, RunnerException {
    UncontendedScenarios uncontended = new UncontendedScenarios(session);
    ContendedScenarios contended = new ContendedScenarios(session);
    WaitScenarios waits = new WaitScenarios(session);
    CostScenarios costs = new CostScenarios(session);
    session.placement().useTwo();
    if (begin("P1", "uncontended lock") || begin("P2", "uncontended lock")) {
      uncontended.locks();
    }
    if (begin("P3", "read lock")) {
      uncontended.oneReader();
    }
    if (beginFull("P4", "read lock, several readers")) {
      uncontended.moreReaders();
    }
    if (begin("P5", "contended throughput")) {
      contended.throughput();
    }
    if (begin("P6", "hand-off")) {
      waits.handOff();
    }
    if (beginFull("P7", "latency")) {
      waits.latency();
    }
    if (beginFull("P8", "notify all")) {
      waits.notifyAllWaiters();
    }
    if (beginFull("P9", "fair throughput")) {
      contended.fair();
    }
    if (begin("P10", "uncontended semaphore")) {
      uncontended.semaphore();
    }
    if (beginFull("P11", "virtual threads")) {
      contended.virtualThreads();
    }
    if (begin("P12", "construction")) {
      costs.construction();
    }
    if (begin("P13", "start-up")) {
      costs.startUp();
    }
    if (begin("BINDINGS", "cost of a call")) {
      costs.bindings();
    }
    System.out.printf(Locale.ROOT, "done in %d s%n", seconds());
    return session.report().tables();
  }

  private boolean begin(String id, String what) {
    if (!only.isEmpty() && !only.contains(id)) {
      return false;
    }
    System.out.printf(Locale.ROOT, "%4d s  %s %s%n", seconds(), id, what);
    return true;
  }

  /** The same for what is measured only in full, or when it is asked for. */
  private boolean beginFull(String id, String what) {
    return (session.full() || only.contains(id)) && begin(id, what);
  }

  private long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
  }
}
