package io.pawl.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** How soon a thread that waits goes on: P6, P7, P8. */
final class WaitScenarios {
  private static final String PAWL = "Mutex";
  private static final String PEER = "ReentrantLock";
  private static final List<String> OTHERS =
      List.of("PawlReentrantLock", "BookCondvar1", "BookCondvar2");

  private final Session session;
  private final Placement placement;
  private final Report report;

  WaitScenarios(Session session) {
    this.session = session;
    this.placement = session.placement();
    this.report = session.report();
  }

  /** P6. */
  void handOff() throws RunnerException {
    if (placement.canSeparate()) {
      handOff("apart", "ping-pong through a condition, two CPUs", 0.70);
    } else {
      handOff("free", "ping-pong through a condition, not pinned", 0.70);
    }
    if (placement.canJoin()) {
      placement.useOne();
      handOff("free", "ping-pong through a condition, one CPU", 0.90);
      placement.useTwo();
    }
  }

  private void handOff(String where, String scenario, double target) throws RunnerException {
    Results results =
        session
            .jmh()
            .run(
                "P6-" + scenario.substring(scenario.indexOf(',') + 2).replace(' ', '-'),
                P6PingPong.class,
                "roundTrip",
                session.effort(),
                Map.of("placement", List.of(where)));
    Report.Values times = new Report.Values(results, "roundTrip", " us");
    report.times("P6", scenario, times, PAWL, PEER, target, OTHERS);
  }

  /** P7. */
  void latency() throws IOException, InterruptedException {
    placement.useAll();
    String[] pawl = latencies(PAWL);
    String[] peer = latencies(PEER);
    double ratio = Double.parseDouble(pawl[2]) / Double.parseDouble(peer[2]);
    report.target(
        "P7",
        "p99.9 of lock + section, 8 threads",
        micros(pawl[2]),
        micros(peer[2]),
        Report.number(ratio),
        "<= 0.70",
        ratio <= 0.7,
        "median " + micros(pawl[0]) + " against " + micros(peer[0]));
    placement.useTwo();
  }

  private String[] latencies(String lock) throws IOException, InterruptedException {
    String file = session.output().resolve("P7-" + lock + ".hgrm").toString();
    return ChildJvm.run(P7Latency.class, lock, "8", "10", file).getLast().split(" ", -1);
  }

  private static String micros(String nanos) {
    return Report.number(Double.parseDouble(nanos) / 1000) + " us";
  }

  /** P8. */
  void notifyAllWaiters() throws RunnerException {
    placement.useAll();
    Results results =
        session.jmh().run("P8", P8NotifyAll.class, "notifyAllWaiters", session.effort(), Map.of());
    Report.Values times = new Report.Values(results, "notifyAllWaiters", " us");
    report.times("P8", "notify 64 waiters until all have run", times, PAWL, PEER, 0.70, OTHERS);
    placement.useTwo();
  }
}
