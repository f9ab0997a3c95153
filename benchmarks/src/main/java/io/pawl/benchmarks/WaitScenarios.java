package io.pawl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** How soon a thread that waits goes on: P6, P7, P8. */
final class WaitScenarios {
  private static final String PAWL = "Mutex";
  private static final String PEER = "ReentrantLock";
  private static final List<String> OTHERS =
      List.of("PawlReentrantLock", "BookCondvar1", "BookCondvar2");

  /** The JVM counts one processor, for which Pawl does not spin; its threads run on two. */
  private static final List<String> NO_SPINNING = List.of("-XX:ActiveProcessorCount=1");

  private final Session session;
  private final Placement placement;
  private final Report report;

  WaitScenarios(Session session) {
    this.session = session;
    this.placement = session.placement();
    this.report = session.report();
  }

  /** P6. */
  void handOff() throws RunnerException, IOException, InterruptedException {
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

  private void handOff(String where, String scenario, double target)
      throws RunnerException, IOException, InterruptedException {
    String name = "P6-" + scenario.substring(scenario.indexOf(',') + 2).replace(' ', '-');
    Results results =
        session
            .jmh()
            .run(
                name,
                P6PingPong.class,
                "roundTrip",
                session.effort(),
                Map.of("placement", List.of(where)));
    Report.Values times =
        new Report.Values(
            results, "roundTrip", " us", session.natives().run(name, 1000, "pingpong", where));
    report.times("P6", scenario, times, PAWL, PEER, target, others());
  }

  /** P7. */
  void latency() throws IOException, RunnerException {
    latency("with spinning", List.of());
    latency("without spinning", NO_SPINNING);
  }

  private void latency(String spinning, List<String> flags) throws IOException, RunnerException {
    String name = "P7-" + spinning.replace(' ', '-');
    List<String> locks =
        session.full()
            ? List.of(PAWL, PEER, "PawlReentrantLock", "StampedLock", "synchronized")
            : List.of(PAWL, PEER, "StampedLock", "synchronized");
    Histograms histograms = new Histograms(session.output(), name);
    List<String> all = new ArrayList<>(flags);
    all.add("-D" + P7Latency.LOG + "=" + histograms.log());
    Results _ =
        session
            .jmh()
            .run(
                name,
                P7Latency.class,
                "acquire",
                session.full() ? Effort.FULL : Effort.LATENCY,
                Map.of("lock", locks),
                all);
    histograms.read();
    for (String lock : locks) {
      report.latency(lock, spinning, histograms.percentiles(lock, 50, 99, 99.9, 99.99, 100));
    }
    double pawl = histograms.micros(PAWL, 99.9);
    double peer = histograms.micros(PEER, 99.9);
    report.target(
        "P7",
        "p99.9 of acquisition, 8 threads, " + spinning,
        Report.number(pawl) + " us",
        PEER + " " + Report.number(peer) + " us",
        Report.number(pawl / peer),
        "<= 0.70",
        pawl / peer <= 0.7,
        String.join(
            ", ",
            locks.stream()
                .skip(2)
                .map(lock -> lock + " " + Report.number(histograms.micros(lock, 99.9)) + " us")
                .toList()));
  }

  /** P8. */
  void notifyAllWaiters() throws RunnerException, IOException, InterruptedException {
    if (session.full()) {
      placement.useAll();
    }
    Results results =
        session.jmh().run("P8", P8NotifyAll.class, "notifyAllWaiters", session.effort(), Map.of());
    Report.Values times =
        new Report.Values(
            results, "notifyAllWaiters", " us", session.natives().run("P8", 1000, "notify", "64"));
    report.times("P8", "notify 64 waiters until all have run", times, PAWL, PEER, 0.70, others());
    placement.useTwo();
  }

  private List<String> others() {
    List<String> others = new ArrayList<>(OTHERS);
    others.addAll(session.natives().names());
    return others;
  }
}
