package io.pawl.stress.fault;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Structures that are not made for faults, which have to be found. */
final class ControlScenarios {

  private ControlScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("Control: forgets a waiter", ControlScenarios::forgetsWaiter),
        new Scenario("Control: counts too early", ControlScenarios::countsTooEarly));
  }

  /** A gate that takes its waiter out before it wakes it. */
  private static void forgetsWaiter(Stage stage) throws Exception {
    AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
    Stage.Action open =
        () -> {
          Thread sleeping = waiter.getAndSet(null);
          if (sleeping != null) {
            Faults.wake();
            LockSupport.unpark(sleeping);
          }
        };
    AtomicInteger passed = new AtomicInteger();
    Stage.Actor sleeper =
        stage.sleeper(() -> {
          waiter.set(Thread.currentThread());
          while (waiter.get() != null || passed.get() == 0) {
            LockSupport.park();
            passed.set(1);
          }
        });
    if (stage.attempt(open) != null) {
      open.run();
    }
    sleeper.join();
  }

  /** A list that counts an element before it has the room for it. */
  private static void countsTooEarly(Stage stage) throws Exception {
    int[] count = {0};
    int[][] room = {{}};
    Stage.Action add =
        () -> {
          count[0]++;
          Faults.allocation();
          room[0] = new int[count[0]];
        };
    if (stage.attempt(add) != null) {
      add.run();
    }
    stage.check(count[0] == 1, "one element is counted as " + count[0]);
  }
}
