package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Placement;
import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** How soon a thread that waits goes on: P6, P8. */
final class WaitScenarios {
  private static final String MUTEX = "Mutex";
  private static final String PEER = "ReentrantLock";

  private final Session session;

  WaitScenarios(Session session) {
    this.session = session;
  }

  private Effort effort() {
    return session.full() ? new Effort(3, 2, 3, 6, 150) : new Effort(2, 2, 2, 6, 150);
  }

  /** P6. */
  void handOff() throws IOException, InterruptedException {
    Placement placement = session.placement();
    if (placement.canSeparate()) {
      measure("P6", "round trip through a condition", "two CPUs", "pingpong apart", 0.50);
    } else {
      session.note("P6", "Two threads cannot be pinned to CPUs of their own here.");
      measure("P6", "round trip through a condition", "not pinned", "pingpong free", 0.50);
    }
    if (placement.pins()) {
      placement.useOne();
      measure("P6", "round trip through a condition", "one CPU", "pingpong free", 0.80);
      placement.useTwo();
    }
  }

  /** P8. */
  void notifyAllWaiters() throws IOException, InterruptedException {
    measure("P8", "signalAll until all have run", "64 waiters", "notify 64", 0.70);
  }

  private void measure(String id, String title, String cell, String task, double limit)
      throws IOException, InterruptedException {
    if (!session.wants(cell)) {
      return;
    }
    List<String> peers =
        Stream.of(
                List.of(PEER),
                session.full() ? List.of("PawlReentrantLock") : List.<String>of(),
                session.natives(),
                session.baselines(MUTEX))
            .flatMap(List::stream)
            .toList();
    List<String> all = Stream.concat(Stream.of(MUTEX), peers.stream()).toList();
    Rounds _ =
        session.measure(
            () -> session.launcher().entries(all, task, List.of(Collector.G1.flag())),
            effort(),
            List.of(
                new Scenario(id, title)
                    .row(cell, Quantity.MICROS, MUTEX, peers, Goal.ratio(PEER, limit))
                    .guarded(0.08)));
  }
}
