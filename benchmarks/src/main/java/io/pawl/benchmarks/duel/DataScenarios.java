package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What passes data on, or keeps it, rather than locks: P14 to P19. Only the full run has them. */
final class DataScenarios {
  private static final List<String> G1 = List.of(Collector.G1.flag());

  /** One of the queues has no bound. */
  private static final List<String> ROOMY = List.of(Collector.G1.flag(), "-Xmx2g");

  private final Session session;

  DataScenarios(Session session) {
    this.session = session;
  }

  /** A match of one of Pawl's against others, over all of which it is to be the better one. */
  private void measure(
      Scenario scenario,
      String cell,
      Quantity quantity,
      String task,
      String pawl,
      List<String> peers,
      Goal goal,
      List<String> flags)
      throws IOException, InterruptedException {
    if (!session.wants(cell)) {
      return;
    }
    List<String> others = Stream.of(peers, session.baselines(pawl)).flatMap(List::stream).toList();
    List<String> all = new ArrayList<>(List.of(pawl));
    all.addAll(others);
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all, task, flags),
            new Effort(4, 3, 4, 6, 100),
            List.of(scenario.row(cell, quantity, pawl, others, goal)));
  }

  private static String threads(int count) {
    return count == 1 ? "one thread" : count + " threads";
  }

  /** P14. */
  void arena() throws IOException, InterruptedException {
    for (int threads : new int[] {1, 2}) {
      measure(
          new Scenario("P14", "allocate 16 bytes and free them"),
          threads(threads),
          Quantity.TIME,
          "arena " + threads,
          "ConcurrentArena",
          List.of("malloc", "Arena.ofShared"),
          Goal.ratio("malloc", threads == 1 ? 0.4 : 0.8),
          G1);
    }
  }

  /** P15. */
  void handles() throws IOException, InterruptedException {
    for (int threads : new int[] {1, 2}) {
      measure(
          new Scenario("P15", "retain + close of a slice"),
          threads(threads),
          Quantity.TIME,
          "handle " + threads,
          "ArcSlice",
          List.of("two-adds"),
          Goal.ratio("two-adds", 2.0),
          G1);
    }
  }

  /** P17. */
  void readSection() throws IOException, InterruptedException {
    measure(
        new Scenario("P17", "read section with one read"),
        "",
        Quantity.TIME,
        "section",
        "Rcu",
        List.of("opaque", "StampedLock", "RwLock"),
        Goal.ratio("opaque", 1.5),
        G1);
  }

  /** P18. */
  void oneShot() throws IOException, InterruptedException {
    List<String> peers = List.of("SynchronousQueue", "CompletableFuture");
    measure(
        new Scenario("P18", "one-shot round trip"),
        "",
        Quantity.MICROS,
        "roundtrip",
        "OneShot",
        peers,
        Goal.best(peers, 0.8),
        G1);
  }

  /** P19. */
  void channel() throws IOException, InterruptedException {
    List<String> peers =
        List.of("ArrayBlockingQueue", "LinkedBlockingQueue", "LinkedTransferQueue");
    for (int pairs : new int[] {1, 2, 4}) {
      measure(
          new Scenario("P19", "channel"),
          pairs + " to " + pairs,
          Quantity.RATE,
          "transfer " + pairs,
          "Channel",
          peers,
          Goal.best(peers, 1.2),
          ROOMY);
    }
  }
}
