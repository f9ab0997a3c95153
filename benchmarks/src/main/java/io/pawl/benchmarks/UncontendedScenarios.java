package io.pawl.benchmarks;

import io.pawl.benchmarks.Report.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Locks that nobody else wants, and read locks: P1 to P4, P10, N1, N2 and the mixes RW. */
final class UncontendedScenarios {
  private static final String PAWL = "Mutex";
  private static final String PAWL_READERS = "RwLock";
  private static final String READERS = "ReentrantReadWriteLock";
  private static final String STAMPED = "StampedLock";
  private static final List<String> READ_WRITE_LOCKS =
      List.of(PAWL_READERS, READERS, STAMPED, "Pawl" + READERS, "Pawl" + STAMPED);

  private final Session session;
  private final Report report;
  private final NativePeers natives;

  UncontendedScenarios(Session session) {
    this.session = session;
    this.report = session.report();
    this.natives = session.natives();
  }

  /** Measures the benchmark with some locks, or with all if none are named. */
  private Results run(String name, Class<?> benchmark, String method, List<String> locks)
      throws RunnerException {
    Map<String, List<String>> parameters = locks.isEmpty() ? Map.of() : Map.of("lock", locks);
    return session.jmh().run(name, benchmark, method, session.effort(), parameters);
  }

  /** P1, P2, N1, N2. */
  void locks() throws RunnerException, IOException, InterruptedException {
    Values times =
        new Values(
            run("P1", P1Uncontended.class, "lockUnlock", List.of()),
            "lockUnlock",
            " ns",
            natives.run("P1", 1, "lock"));
    report.times(
        "P1",
        "uncontended lock + unlock",
        times,
        PAWL,
        "ReentrantLock",
        0.55,
        List.of(STAMPED, "synchronized", "FairMutex", "BookMutex2"));
    report.times(
        "P2",
        "uncontended lock + unlock, drop-in",
        times,
        "PawlReentrantLock",
        "ReentrantLock",
        0.60,
        List.of());
    nativeLock("N1", times, NativePeers.C);
    nativeLock("N2", times, NativePeers.RUST);
    report.versus("uncontended: mutex of 2 states against 3", times, "BookMutex1", "BookMutex2");
    report.versus("uncontended: 3 states against 3 with spin", times, "BookMutex2", "BookMutex3");
  }

  private void nativeLock(String id, Values times, String peer) {
    String scenario = "uncontended lock + unlock, native";
    String obstacle = natives.obstacle(peer);
    if (obstacle.isEmpty()) {
      report.times(id, scenario, times, PAWL, peer, 0.55, List.of());
    } else {
      report.missing(id, scenario, times.text(PAWL), "<= 0.55", obstacle);
    }
  }

  /** P3, and P4 if asked for. */
  void readers(boolean more) throws RunnerException, IOException, InterruptedException {
    Values one = reads("P3", "oneReader", 1, List.of());
    report.times(
        "P3", "read lock + unlock, one thread", one, PAWL_READERS, READERS, 0.25, others());
    dropIns(one, "read lock + unlock, drop-in, one thread");
    report.versus("read lock: rwlock 1 against 2", one, "BookRwLock1", "BookRwLock2");
    report.versus("read lock: rwlock 1 against 3", one, "BookRwLock1", "BookRwLock3");
    if (more) {
      moreReaders(one);
    }
  }

  /** P4, and the drop-ins with as many readers and with more. */
  private void moreReaders(Values one) throws RunnerException, IOException, InterruptedException {
    List<String> locks = session.full() ? List.of() : READ_WRITE_LOCKS;
    Values two = reads("P4-two", "twoReaders", 2, locks);
    report.times(
        "P4", "read lock + unlock, two threads", two, PAWL_READERS, READERS, 0.05, others());
    double ratio = two.of(PAWL_READERS) / one.of(PAWL_READERS);
    report.target(
        "P4",
        "two readers against one",
        two.text(PAWL_READERS),
        one.text(PAWL_READERS) + " (one)",
        Report.number(ratio),
        "<= 1.30",
        ratio <= 1.3,
        "");
    dropIns(two, "read lock + unlock, drop-in, two threads");
    if (session.full()) {
      dropIns(
          reads("P4-four", "fourReaders", 4, List.of()),
          "read lock + unlock, drop-in, four threads");
    }
  }

  private Values reads(String name, String method, int threads, List<String> locks)
      throws RunnerException, IOException, InterruptedException {
    return new Values(
        run(name, P3ReadLock.class, method, locks),
        method,
        " ns",
        natives.run(name, 1, "read", "" + threads, "0"));
  }

  /** Reads with writes, rare and frequent. */
  void mixes() throws RunnerException, IOException, InterruptedException {
    List<String> locks = session.full() ? List.of() : List.of(PAWL_READERS, READERS, STAMPED);
    for (String period : List.of("1000", "10")) {
      String name = "RW-" + period;
      Results results =
          session
              .jmh()
              .run(
                  name,
                  ReadWriteMix.class,
                  "operation",
                  session.effort(),
                  locks.isEmpty()
                      ? Map.of("period", List.of(period))
                      : Map.of("period", List.of(period), "lock", locks));
      Values times =
          new Values(results, "operation", " ns", natives.run(name, 1, "read", "2", period));
      String scenario = "two threads, one write in " + period;
      report.times("RW", scenario, times, PAWL_READERS, READERS, 1, others());
      if (session.full()) {
        dropIns(times, scenario + ", drop-in");
      }
    }
  }

  private List<String> others() {
    List<String> others = new ArrayList<>(List.of(STAMPED));
    others.addAll(natives.names());
    return others;
  }

  private void dropIns(Values times, String scenario) {
    for (String peer : List.of(READERS, STAMPED)) {
      report.times("-", scenario, times, "Pawl" + peer, peer, 1, List.of());
    }
  }

  /** P10. */
  void semaphore() throws RunnerException {
    report.times(
        "P10",
        "uncontended acquire + release",
        new Values(
            run("P10", P10Semaphore.class, "acquireRelease", List.of()), "acquireRelease", " ns"),
        "PawlSemaphore",
        "Semaphore",
        0.70,
        List.of());
  }
}
