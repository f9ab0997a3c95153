package io.pawl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/** The scenarios that {@code compare} measures, in order. */
final class Scenarios {
  private final Session session;
  private final List<String> only;
  private final long start = System.nanoTime();
  private final Table durations = new Table("How long it took", "scenarios", "seconds");
  private String current = "";
  private long begun;

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

  /** Measures everything that was asked for. */
  List<Table> run() throws IOException, InterruptedException, RunnerException {
    UncontendedScenarios uncontended = new UncontendedScenarios(session);
    ContendedScenarios contended = new ContendedScenarios(session);
    WaitScenarios waits = new WaitScenarios(session);
    CostScenarios costs = new CostScenarios(session);
    DataScenarios data = new DataScenarios(session);
    session.placement().useTwo();
    if (begin("uncontended locks", "P1", "P2", "N1", "N2")) {
      uncontended.locks();
    }
    if (begin("read locks", "P3", "P4")) {
      uncontended.readers(wants("P4"));
    }
    if (begin("reads and writes", "RW")) {
      uncontended.mixes();
    }
    if (begin("contended throughput", "P5")) {
      contended.throughput();
    }
    if (begin("hand-off", "P6")) {
      waits.handOff();
    }
    if (begin("latency", "P7")) {
      waits.latency();
    }
    if (begin("notify all", "P8")) {
      waits.notifyAllWaiters();
    }
    if (begin("fair throughput", "P9")) {
      contended.fair();
    }
    if (begin("uncontended semaphore", "P10")) {
      uncontended.semaphore();
    }
    if (begin("virtual threads", "P11")) {
      contended.virtualThreads();
    }
    if (begin("construction", "P12")) {
      costs.construction();
    }
    if (begin("start-up", "P13")) {
      costs.startUp();
    }
    if (begin("arena", "P14")) {
      data.arena();
    }
    if (begin("handles of slices", "P15")) {
      data.handles();
    }
    if (begin("sequence lock", "P16")) {
      data.sequenceLock();
    }
    if (begin("read section", "P17")) {
      data.readSection();
    }
    if (begin("one-shot channel", "P18")) {
      data.oneShot();
    }
    if (begin("channel", "P19")) {
      data.channel();
    }
    if (begin("cost of a call", "BINDINGS")) {
      costs.bindings();
    }
    end();
    System.out.printf(Locale.ROOT, "done in %d s%n", seconds(start));
    List<Table> tables = new ArrayList<>(session.report().tables());
    tables.add(durations);
    return tables;
  }

  private boolean begin(String what, String... ids) {
    if (Stream.of(ids).noneMatch(this::wants)) {
      return false;
    }
    end();
    current = String.join(", ", ids) + ": " + what;
    begun = System.nanoTime();
    System.out.printf(Locale.ROOT, "%4d s  %s%n", seconds(start), current);
    return true;
  }

  private void end() {
    if (!current.isEmpty()) {
      durations.add(current, Long.toString(seconds(begun)));
    }
  }

  private boolean wants(String id) {
    return only.isEmpty() || only.contains(id);
  }

  private static long seconds(long since) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }
}
