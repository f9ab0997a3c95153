package io.pawl.benchmarks;

import io.pawl.benchmarks.Report.Values;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Locks that nobody else wants, and read locks that nobody writes past: P1, P2, P3, P4, P10. */
final class UncontendedScenarios {
  private static final String READERS = "ReentrantReadWriteLock";

  private final Session session;
  private final Report report;

  UncontendedScenarios(Session session) {
    this.session = session;
    this.report = session.report();
  }

  private Values run(String name, Class<?> benchmark, String method) throws RunnerException {
    Results results = session.jmh().run(name, benchmark, method, session.effort(), Map.of());
    return new Values(results, method, " ns");
  }

  /** P1 and P2. */
  void locks() throws RunnerException {
    Values times = run("P1", P1Uncontended.class, "lockUnlock");
    report.times(
        "P1",
        "uncontended lock + unlock",
        times,
        "Mutex",
        "ReentrantLock",
        0.55,
        List.of("StampedLock", "synchronized", "BookMutex2"));
    report.times(
        "P2",
        "uncontended lock + unlock, drop-in",
        times,
        "PawlReentrantLock",
        "ReentrantLock",
        0.60,
        List.of());
    report.versus("uncontended: mutex of 2 states against 3", times, "BookMutex1", "BookMutex2");
    report.versus("uncontended: 3 states against 3 with spin", times, "BookMutex2", "BookMutex3");
  }

  /** P3. */
  void oneReader() throws RunnerException {
    Values times = run("P3", P3ReadLock.class, "oneReader");
    report.times(
        "P3",
        "read lock + unlock, one thread",
        times,
        "RwLock",
        READERS,
        0.25,
        List.of("StampedLock"));
    dropIns(times, "one thread");
    report.versus("read lock: rwlock 1 against 2", times, "BookRwLock1", "BookRwLock2");
    report.versus("read lock: rwlock 1 against 3", times, "BookRwLock1", "BookRwLock3");
  }

  /** P4, and the drop-ins with as many readers and with more. */
  void moreReaders() throws RunnerException {
    Values times = run("P4-two", P3ReadLock.class, "twoReaders");
    report.times(
        "P4",
        "read lock + unlock, two threads",
        times,
        "RwLock",
        READERS,
        0.05,
        List.of("StampedLock"));
    double one = run("P4-one", P3ReadLock.class, "oneReader").of("RwLock");
    double both = times.of("RwLock");
    report.target(
        "P4",
        "two readers against one",
        times.text("RwLock"),
        Report.number(one) + " ns (one)",
        Report.number(both / one),
        "<= 1.30",
        both / one <= 1.3,
        "");
    dropIns(times, "two threads");
    dropIns(run("P4-four", P3ReadLock.class, "fourReaders"), "four threads");
  }

  private void dropIns(Values times, String threads) {
    report.times(
        "-",
        "read lock + unlock, drop-in, " + threads,
        times,
        "Pawl" + READERS,
        READERS,
        1,
        List.of());
    report.times(
        "-",
        "read lock + unlock, drop-in, " + threads,
        times,
        "PawlStampedLock",
        "StampedLock",
        1,
        List.of());
  }

  /** P10. */
  void semaphore() throws RunnerException {
    report.times(
        "P10",
        "uncontended acquire + release",
        run("P10", P10Semaphore.class, "acquireRelease"),
        "PawlSemaphore",
        "Semaphore",
        0.70,
        List.of());
  }
}
