package io.pawl.benchmarks;

import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What passes data on, or keeps it, rather than locks: P14 to P19. */
final class DataScenarios {
  private static final Map<String, String> NONE = Map.of();

  private final Session session;
  private final Report report;

  DataScenarios(Session session) {
    this.session = session;
    this.report = session.report();
  }

  private Results run(
      String name, Class<?> benchmark, String methods, Map<String, List<String>> parameters)
      throws RunnerException {
    return session.jmh().run(name, benchmark, methods, session.effort(), parameters);
  }

  /** A row of the targets: times, of which less is better. */
  private void times(
      String id,
      String scenario,
      double pawl,
      String peer,
      double other,
      String unit,
      double target) {
    report.target(
        id,
        scenario,
        Report.number(pawl) + unit,
        peer + " " + Report.number(other) + unit,
        Report.number(pawl / other),
        "<= " + Report.number(target),
        pawl / other <= target,
        "");
  }

  /** P14. */
  void arena() throws RunnerException {
    Results results = run("P14", ArenaAllocation.class, ".*", Map.of());
    for (String threads : List.of("", "Two")) {
      String scenario = "allocate 16 bytes, " + (threads.isEmpty() ? "one thread" : "two threads");
      double pawl = results.median("concurrentArena" + threads, NONE);
      double shared = results.median("sharedArena" + threads, NONE);
      double malloc = results.median("malloc" + threads, NONE);
      times("P14", scenario, pawl, "Arena.ofShared", shared, " ns", 0.05);
      times("P14", scenario, pawl, "malloc + free", malloc, " ns", 0.5);
    }
  }

  /** P15. */
  void handles() throws RunnerException {
    Results results = run("P15", SliceHandles.class, "(retainClose|twoAdds).*", Map.of());
    for (String threads : List.of("", "Two")) {
      times(
          "P15",
          "slice: retain + close, " + (threads.isEmpty() ? "one thread" : "two threads"),
          results.median("retainClose" + threads, NONE),
          "two atomic adds",
          results.median("twoAdds" + threads, NONE),
          " ns",
          1);
    }
  }

  /** P16. */
  void sequenceLock() throws RunnerException {
    Results results =
        run(
            "P16",
            SeqLockRead.class,
            "oneReader",
            Map.of("lock", List.of("SeqLock", "StampedLock")));
    times(
        "P16",
        "optimistic read",
        results.median("oneReader", Map.of("lock", "SeqLock")),
        "StampedLock",
        results.median("oneReader", Map.of("lock", "StampedLock")),
        " ns",
        1.3);
  }

  /** P17, of which the target is a time. */
  void readSection() throws RunnerException {
    Results results =
        run("P17", RcuReadSection.class, "bare|section|readLock|optimistic", Map.of());
    double pawl = results.median("section", NONE);
    double peer = results.median("optimistic", NONE);
    report.target(
        "P17",
        "read section, with one read",
        Report.number(pawl) + " ns",
        "StampedLock, optimistic " + Report.number(peer) + " ns",
        Report.number(pawl / peer),
        "<= 2.00 ns",
        pawl <= 2,
        "without a section "
            + Report.number(results.median("bare", NONE))
            + " ns, RwLock "
            + Report.number(results.median("readLock", NONE))
            + " ns");
  }

  /** P18. */
  void oneShot() throws RunnerException {
    List<String> peers = List.of("SynchronousQueue", "CompletableFuture");
    Results results = run("P18", OneShotRoundTrip.class, "roundTrip", Map.of("work", List.of("0")));
    for (String peer : peers) {
      times(
          "P18",
          "one-shot round trip",
          results.median("roundTrip", Map.of("channel", "OneShot")),
          peer,
          results.median("roundTrip", Map.of("channel", peer)),
          " us",
          0.8);
    }
  }

  /** P19. */
  void channel() throws RunnerException {
    String peer = "ArrayBlockingQueue";
    Results results =
        run(
            "P19",
            ChannelThroughput.class,
            "transfer",
            Map.of("channel", List.of("Channel", peer)));
    for (String pairs : List.of("1", "2", "4")) {
      double pawl = results.median("transfer", Map.of("channel", "Channel", "pairs", pairs));
      double other = results.median("transfer", Map.of("channel", peer, "pairs", pairs));
      report.target(
          "P19",
          "channel, threads: " + pairs + " to " + pairs,
          Report.number(pawl) + "/ms",
          peer + " " + Report.number(other) + "/ms",
          Report.number(pawl / other) + " x",
          ">= 1.00 x",
          pawl >= other,
          "");
    }
  }
}
