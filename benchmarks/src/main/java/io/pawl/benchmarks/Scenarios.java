package io.pawl.benchmarks;

import io.pawl.spi.NativeWaitProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.RunnerException;

/** The scenarios that {@code compare} measures, and what it says about them. */
final class Scenarios {
  private static final String PAWL = "Mutex";
  private static final String PEER = "ReentrantLock";
  private static final String STAMPED = "StampedLock";
  private static final String MONITOR = "synchronized";
  private static final List<String> EXCLUSIVE = List.of(PAWL, PEER, STAMPED, MONITOR);
  private static final List<String> BOOK = List.of("BookMutex1", "BookMutex2", "BookMutex3");

  /** A part of the grid of P5: threads, steps in a section, steps outside as a multiple. */
  private static final int[][] QUICK_GRID = {
    {2, 0, 0}, {2, 50, 4}, {4, 50, 0}, {4, 500, 4}, {8, 0, 4}, {8, 2000, 0}
  };

  private final Path output;
  private final Placement placement;
  private final boolean full;
  private final List<String> only;
  private final Jmh jmh;
  private final Effort effort;
  private final long start = System.nanoTime();

  private final Table targets =
      new Table(
          "Targets: Pawl / peer for times, in which less is better, and for throughputs (x)",
          "id",
          "scenario",
          "Pawl",
          "peer",
          "ratio",
          "target",
          "met",
          "others");
  private final Table bindings =
      new Table(
          "Bindings: time of a call", "backend", "empty", "wake, nobody waits", "wait, mismatch");
  private final Table book =
      new Table("The book's comparison", "question", "first", "second", "ratio");

  Scenarios(Path output, Placement placement, boolean full, List<String> only) {
    this.output = output;
    this.placement = placement;
    this.full = full;
    this.only = only;
    this.jmh = new Jmh(output);
    this.effort = full ? Effort.FULL : Effort.QUICK;
  }

  /** Measures everything that was asked for. */
  List<Table> run() throws IOException, InterruptedException, RunnerException {
    placement.useTwo();
    if (begin("P1", "uncontended lock")) {
      uncontended();
    }
    if (begin("P3", "read lock")) {
      readLock();
    }
    if (beginFull("P4", "read lock, two readers")) {
      twoReaders();
    }
    if (begin("P5", "contended throughput")) {
      contended();
    }
    if (begin("P6", "hand-off")) {
      handOff();
    }
    if (beginFull("P7", "latency")) {
      latency();
    }
    if (beginFull("P8", "notify all")) {
      notifyAllWaiters();
    }
    if (begin("P12", "construction")) {
      construction();
    }
    if (begin("P13", "start-up")) {
      startUp();
    }
    if (begin("BINDINGS", "cost of a call")) {
      bindings();
    }
    System.out.printf(Locale.ROOT, "done in %d s%n", seconds());
    List<Table> tables = new ArrayList<>(List.of(targets, bindings, book));
    tables.removeIf(Table::isEmpty);
    return tables;
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
    return (full || only.contains(id)) && begin(id, what);
  }

  private long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
  }

  // ---- P1, P3, P4

  private void uncontended() throws RunnerException {
    Results results = jmh.run("P1", P1Uncontended.class, "lockUnlock", effort, Map.of());
    Values times = new Values(results, "lockUnlock", " ns");
    times(
        "P1",
        "uncontended lock + unlock",
        times,
        PAWL,
        PEER,
        0.55,
        List.of(STAMPED, MONITOR, "BookMutex2"));
    versus("uncontended: mutex of 2 states against 3", times, "BookMutex1", "BookMutex2");
    versus("uncontended: 3 states against 3 with spin", times, "BookMutex2", "BookMutex3");
  }

  private void readLock() throws RunnerException {
    Results results = jmh.run("P3", P3ReadLock.class, "oneReader", effort, Map.of());
    Values times = new Values(results, "oneReader", " ns");
    times(
        "P3",
        "read lock + unlock, one thread",
        times,
        "RwLock",
        "ReentrantReadWriteLock",
        0.25,
        List.of(STAMPED));
    versus("read lock: rwlock 1 against 2", times, "BookRwLock1", "BookRwLock2");
    versus("read lock: rwlock 1 against 3", times, "BookRwLock1", "BookRwLock3");
  }

  private void twoReaders() throws RunnerException {
    Results results = jmh.run("P4", P3ReadLock.class, "oneReader|twoReaders", effort, Map.of());
    Values times = new Values(results, "twoReaders", " ns");
    times(
        "P4",
        "read lock + unlock, two threads",
        times,
        "RwLock",
        "ReentrantReadWriteLock",
        0.05,
        List.of(STAMPED));
    double one = new Values(results, "oneReader", " ns").of("RwLock");
    double both = times.of("RwLock");
    targets.add(
        "P4",
        "two readers against one",
        times.text("RwLock"),
        number(one) + " ns (one)",
        number(both / one),
        "<= 1.30",
        met(both / one <= 1.3),
        "");
  }

  // ---- P5

  private void contended() throws RunnerException {
    Effort grid = full ? Effort.GRID : new Effort(1, 2, 4, 1);
    String slice = full ? "500" : "150";
    if (full) {
      placement.useAll();
    }
    double product = 1;
    int cells = 0;
    for (int[] cell : full ? fullGrid() : QUICK_GRID) {
      boolean books = cell[0] == 4 && cell[1] == 50 && cell[2] == 0;
      List<String> locks = new ArrayList<>(EXCLUSIVE);
      if (books) {
        locks.addAll(BOOK);
      }
      Map<String, List<String>> parameters =
          Map.of(
              "lock", locks,
              "threads", List.of("" + cell[0]),
              "section", List.of("" + cell[1]),
              "outside", List.of("" + cell[2]),
              "slice", List.of(slice));
      String name = "P5-" + cell[0] + "-" + cell[1] + "-" + cell[2];
      Results results = jmh.run(name, P5Contended.class, "slice", grid, parameters);
      Throughputs throughputs = new Throughputs(results);
      double ratio = throughputs.of(PAWL) / throughputs.of(PEER);
      product *= ratio;
      cells++;
      targets.add(
          "P5",
          cell[0] + " threads, section " + cell[1] + ", outside x" + cell[2],
          throughputs.text(PAWL),
          throughputs.text(PEER),
          number(ratio) + " x",
          ">= 1.00 x",
          met(ratio >= 1),
          STAMPED
              + " "
              + throughputs.text(STAMPED)
              + ", "
              + MONITOR
              + " "
              + throughputs.text(MONITOR));
      if (books) {
        double spin = throughputs.of("BookMutex3") / throughputs.of("BookMutex2");
        book.add(
            "contended by 4: 3 states with spin against without",
            "BookMutex3 " + throughputs.text("BookMutex3"),
            "BookMutex2 " + throughputs.text("BookMutex2"),
            number(spin) + " x");
        double states = throughputs.of("BookMutex1") / throughputs.of("BookMutex2");
        book.add(
            "contended by 4: mutex of 2 states against 3",
            "BookMutex1 " + throughputs.text("BookMutex1"),
            "BookMutex2 " + throughputs.text("BookMutex2"),
            number(states) + " x");
      }
    }
    double mean = Math.pow(product, 1.0 / cells);
    targets.add(
        "P5",
        "geometric mean of " + cells + " cells",
        "",
        PEER,
        number(mean) + " x",
        ">= 1.50 x",
        met(mean >= 1.5),
        "");
    placement.useTwo();
  }

  private static int[][] fullGrid() {
    List<int[]> cells = new ArrayList<>();
    for (int threads : new int[] {2, 4, 8}) {
      for (int section : new int[] {0, 50, 500, 2000}) {
        for (int outside : new int[] {0, 4}) {
          cells.add(new int[] {threads, section, outside});
        }
      }
    }
    return cells.toArray(int[][]::new);
  }

  // ---- P6, P7, P8

  private void handOff() throws RunnerException {
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
        jmh.run(
            "P6-" + scenario.substring(scenario.indexOf(',') + 2).replace(' ', '-'),
            P6PingPong.class,
            "roundTrip",
            effort,
            Map.of("placement", List.of(where)));
    Values times = new Values(results, "roundTrip", " us");
    times("P6", scenario, times, PAWL, PEER, target, List.of("BookCondvar1", "BookCondvar2"));
  }

  private void latency() throws IOException, InterruptedException {
    placement.useAll();
    String[] pawl = latencies(PAWL);
    String[] peer = latencies(PEER);
    double ratio = Double.parseDouble(pawl[2]) / Double.parseDouble(peer[2]);
    targets.add(
        "P7",
        "p99.9 of lock + section, 8 threads",
        micros(pawl[2]),
        micros(peer[2]),
        number(ratio),
        "<= 0.70",
        met(ratio <= 0.7),
        "median " + micros(pawl[0]) + " against " + micros(peer[0]));
    placement.useTwo();
  }

  private String[] latencies(String lock) throws IOException, InterruptedException {
    String file = output.resolve("P7-" + lock + ".hgrm").toString();
    return ChildJvm.run(P7Latency.class, lock, "8", "10", file).getLast().split(" ", -1);
  }

  private static String micros(String nanos) {
    return number(Double.parseDouble(nanos) / 1000) + " us";
  }

  private void notifyAllWaiters() throws RunnerException {
    placement.useAll();
    Results results = jmh.run("P8", P8NotifyAll.class, "notifyAllWaiters", effort, Map.of());
    Values times = new Values(results, "notifyAllWaiters", " us");
    times(
        "P8",
        "notify 64 waiters until all have run",
        times,
        PAWL,
        PEER,
        0.70,
        List.of("BookCondvar1", "BookCondvar2"));
    placement.useTwo();
  }

  // ---- P12, P13

  private void construction() throws IOException, InterruptedException, RunnerException {
    Results results = jmh.run("P12", P12Construction.class, ".*", effort, Map.of());
    Map<String, String> none = Map.of();
    double pawl = results.median("mutex", none);
    double peer = results.median("reentrantLock", none);
    targets.add(
        "P12",
        "construction",
        number(pawl) + " ns",
        PEER + " " + number(peer) + " ns",
        number(pawl / peer),
        "<= 1.50",
        met(pawl / peer <= 1.5),
        STAMPED + " " + number(results.median("stampedLock", none)) + " ns");
    double allocated = results.median("mutex", none, "gc.alloc.rate.norm");
    List<String> footprints = ChildJvm.run(P12Footprint.class);
    double footprint = footprint(footprints, PAWL);
    targets.add(
        "P12",
        "heap: footprint / allocated",
        number(footprint) + " / " + number(allocated) + " bytes",
        PEER
            + " "
            + number(footprint(footprints, PEER))
            + " / "
            + number(results.median("reentrantLock", none, "gc.alloc.rate.norm"))
            + " bytes",
        number(footprint / footprint(footprints, PEER)),
        "<= 32 bytes",
        met(footprint <= 32 && Math.round(allocated) <= 32),
        STAMPED + " " + number(footprint(footprints, STAMPED)) + " bytes");
  }

  private static double footprint(List<String> lines, String lock) {
    return lines.stream()
        .filter(line -> line.startsWith(lock + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private void startUp() throws IOException, InterruptedException {
    startUp("uncontended", "JVM start to first lock", 3);
    startUp("contended", "JVM start to first contended wait", 10);
  }

  private void startUp(String what, String scenario, double target)
      throws IOException, InterruptedException {
    int runs = full ? 51 : 11;
    double[] pawl = new double[runs];
    double[] peer = new double[runs];
    for (int i = 0; i < runs; i++) {
      pawl[i] = startUpMillis(PAWL, what);
      peer[i] = startUpMillis(PEER, what);
    }
    double difference = median(pawl) - median(peer);
    targets.add(
        "P13",
        scenario,
        number(median(pawl)) + " ms",
        PEER + " " + number(median(peer)) + " ms",
        String.format(Locale.ROOT, "%+.1f ms", difference),
        "<= +" + Math.round(target) + " ms",
        met(difference <= target),
        "");
  }

  private static double startUpMillis(String lock, String what)
      throws IOException, InterruptedException {
    String now = Long.toString(System.nanoTime());
    return Double.parseDouble(ChildJvm.run(P13StartUp.class, lock, what, now).getLast()) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  // ---- Bindings

  private void bindings() {
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
          jmh.run(name, BindingCost.class, ".*", effort, Map.of("backend", List.of(backend)));
      bindings.add(
          backend,
          backend.equals("syscall") ? "-" : number(results.median("empty", none)) + " ns",
          number(results.median("wakeNobody", none)) + " ns",
          number(results.median("waitMismatch", none)) + " ns");
    } catch (RunnerException e) {
      bindings.add(backend, "failed", "see " + name + ".log", "-");
    }
  }

  // ---- Rows

  private void times(
      String id,
      String scenario,
      Values times,
      String pawl,
      String peer,
      double target,
      List<String> others) {
    double ratio = times.of(pawl) / times.of(peer);
    targets.add(
        id,
        scenario,
        times.text(pawl),
        peer + " " + times.text(peer),
        number(ratio),
        String.format(Locale.ROOT, "<= %.2f", target),
        met(ratio <= target),
        String.join(", ", others.stream().map(lock -> lock + " " + times.text(lock)).toList()));
  }

  private void versus(String question, Values times, String first, String second) {
    book.add(
        question,
        first + " " + times.text(first),
        second + " " + times.text(second),
        number(times.of(first) / times.of(second)));
  }

  private static String met(boolean met) {
    return met ? "yes" : "NO";
  }

  /** Three digits or so, whatever the magnitude. */
  private static String number(double value) {
    String format = Math.abs(value) >= 100 ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Times by the name of the lock. */
  private record Values(Results results, String method, String unit) {
    double of(String lock) {
      return results.median(method, Map.of("lock", lock));
    }

    String text(String lock) {
      return number(of(lock)) + unit;
    }
  }

  /** Throughputs by the name of the lock. */
  private record Throughputs(Results results) {
    double of(String lock) {
      return counter(lock, "sections");
    }

    String text(String lock) {
      return number(of(lock))
          + "/ms ("
          + number(counter(lock, "slowest"))
          + " to "
          + number(counter(lock, "fastest"))
          + ")";
    }

    private double counter(String lock, String name) {
      return results.median("slice", Map.of("lock", lock), name);
    }
  }
}
