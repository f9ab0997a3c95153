package io.pawl.benchmarks;

import io.pawl.spi.NativeWaitProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.openjdk.jmh.runner.RunnerException;

/** What it costs to have a lock at all: P12, P13, and the calls of the bindings. */
final class CostScenarios {
  private static final String PAWL = "Mutex";
  private static final String PEER = "ReentrantLock";

  private final Session session;
  private final Report report;

  CostScenarios(Session session) {
    this.session = session;
    this.report = session.report();
  }

  /** P12. */
  void construction() throws IOException, InterruptedException, RunnerException {
    Results results =
        session.jmh().run("P12", P12Construction.class, ".*", session.effort(), Map.of());
    Map<String, String> none = Map.of();
    double pawl = results.median("mutex", none);
    double peer = results.median("reentrantLock", none);
    report.target(
        "P12",
        "construction",
        Report.number(pawl) + " ns",
        PEER + " " + Report.number(peer) + " ns",
        Report.number(pawl / peer),
        "<= 1.50",
        pawl / peer <= 1.5,
        "StampedLock " + Report.number(results.median("stampedLock", none)) + " ns");
    double allocated = results.median("mutex", none, "gc.alloc.rate.norm");
    footprints(results, allocated);
  }

  private void footprints(Results results, double allocated)
      throws IOException, InterruptedException {
    for (String line : ChildJvm.run(P12Footprint.class)) {
      if (!line.startsWith(P12Footprint.ROW)) {
        continue;
      }
      String[] cells = line.substring(P12Footprint.ROW.length()).split(" ", -1);
      double pawl = Double.parseDouble(cells[1]);
      double jdk = Double.parseDouble(cells[2]);
      report.footprint(cells[0], pawl, jdk);
      if (cells[0].equals(PAWL)) {
        report.target(
            "P12",
            "heap: footprint / allocated",
            Report.number(pawl) + " / " + Report.number(allocated) + " bytes",
            PEER
                + " "
                + Report.number(jdk)
                + " / "
                + Report.number(results.median("reentrantLock", Map.of(), "gc.alloc.rate.norm"))
                + " bytes",
            Report.number(pawl / jdk),
            "<= 32 bytes",
            pawl <= 32 && Math.round(allocated) <= 32,
            "");
      }
    }
  }

  /** P13. */
  void startUp() throws RunnerException {
    Effort starts = new Effort(1, 1, session.full() ? 51 : 21, 1);
    Results results = session.jmh().run("P13", P13StartUp.class, "startBoth", starts, Map.of());
    startUp(results, "uncontended", "JVM start to first lock", 3);
    startUp(results, "contended", "JVM start to first contended wait", 10);
  }

  private void startUp(Results results, String what, String scenario, double target) {
    double pawl = startUpMillis(results, what, "mutex");
    double peer = startUpMillis(results, what, "reentrantLock");
    report.target(
        "P13",
        scenario,
        Report.number(pawl) + " ms",
        PEER + " " + Report.number(peer) + " ms",
        String.format(Locale.ROOT, "%+.1f ms", pawl - peer),
        "<= +" + Math.round(target) + " ms",
        pawl - peer <= target,
        "");
  }

  private static double startUpMillis(Results results, String what, String counter) {
    return results.median("startBoth", Map.of("what", what), counter) / 1e3;
  }

  /** The calls of the bindings. */
  void bindings() {
    List<String> backends = new ArrayList<>(List.of("panama", "jni"));
    for (NativeWaitProvider provider : ServiceLoader.load(NativeWaitProvider.class)) {
      backends.add(provider.name());
    }
    if (System.getProperty("os.name", "").equals("Linux")) {
      backends.add("syscall");
    }
    for (String backend : backends) {
      binding(backend);
    }
  }

  private void binding(String backend) {
    String name = "bindings-" + backend;
    Map<String, String> none = Map.of();
    try {
      Results results =
          session
              .jmh()
              .run(
                  name,
                  BindingCost.class,
                  ".*",
                  session.full() ? Effort.FULL : Effort.CALLS,
                  Map.of("backend", List.of(backend)));
      report.binding(
          backend,
          backend.equals("syscall") ? "-" : Report.number(results.median("empty", none)) + " ns",
          Report.number(results.median("wakeNobody", none)) + " ns",
          Report.number(results.median("waitMismatch", none)) + " ns");
    } catch (RunnerException e) {
      report.binding(backend, "failed", "see " + name + ".log", "-");
    }
  }
}
