package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.duel.Spec.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs that waits are told, to the flight recorder, whose threshold none of them reaches,
 * or to a listener: P21. Only the full run has them.
 */
final class ObserveScenarios {
  private static final Scenario SCENARIO = new Scenario("P21", "waits that are told");
  private static final String MUTEX = "Mutex";
  private static final String NOBODY = "nobody";
  private static final List<String> TOLD = List.of("recording", "listener");
  private static final Effort EFFORT = new Effort(3, 3, 4, 6, 100);

  /** What a wait may cost more, in nanoseconds. */
  private static final double MORE = 300;

  private final Session session;

  ObserveScenarios(Session session) {
    this.session = session;
  }

  /** P21. */
  void told() throws IOException, InterruptedException {
    measure("wait that gives up", "vain", Quantity.TIME, Goal.difference(NOBODY, MORE));
    measure("uncontended", "lock", Quantity.TIME);
    measure("4:500:2000", "closed 4 500 2000", Quantity.RATE);
  }

  private void measure(String cell, String task, Quantity quantity, Goal... goals)
      throws IOException, InterruptedException {
    if (!session.wants(cell)) {
      return;
    }
    List<Spec> specs = new ArrayList<>();
    for (String whom : TOLD) {
      specs.add(SCENARIO.row(cell, quantity, whom, List.of(NOBODY), goals).guarded(0.08));
    }
    Rounds _ =
        session.measure(
            () -> {
              List<Match.Entry> entries = new ArrayList<>();
              for (String whom : List.of(NOBODY, "recording", "listener")) {
                Player player = session.launcher().start(MUTEX, List.of(Collector.G1.flag()));
                entries.add(new Match.Entry(whom, player, "told " + whom + " " + task));
              }
              for (Match.Entry entry : entries) {
                entry.player().awaitReady();
              }
              return entries;
            },
            EFFORT,
            specs);
  }
}
