package io.pawl.stress.fault;

import io.pawl.locks.Guarded;
import io.pawl.locks.GuardedCondition;
import io.pawl.locks.PoisonedException;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Guarded data whose users wait for it to be as they need it. */
final class GuardedScenarios {

  private GuardedScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("Guarded: takers wait", stage -> takersWait(stage, false)),
        new Scenario("Guarded: takers wait for a time", stage -> takersWait(stage, true)),
        new Scenario("Guarded: waiters find the poison", GuardedScenarios::poison),
        new Scenario("Guarded: intoInner", GuardedScenarios::intoInner));
  }

  /** Of two takers, one of which may fail, the other gets what has been put. */
  private static void takersWait(Stage stage, boolean timed) throws Exception {
    Guarded<Queue<Integer>> queue = new Guarded<>(new ArrayDeque<>(8));
    GuardedCondition<Queue<Integer>> notEmpty = queue.newCondition();
    AtomicInteger taken = new AtomicInteger();
    Stage.Action take =
        () ->
            stage.attempt(() -> {
              int _ =
                  timed
                      ? notEmpty.when(
                          q -> !q.isEmpty(),
                          q -> q.remove() + taken.incrementAndGet(),
                          1,
                          TimeUnit.HOURS)
                      : notEmpty.when(q -> !q.isEmpty(), q -> q.remove() + taken.incrementAndGet());
            });
    Actor one = stage.sleeper(take);
    Actor other = stage.sleeper(take);
    AtomicInteger put = new AtomicInteger();
    Stage.Action putOne =
        () ->
            queue.run(q -> {
              q.add(1);
              int _ = put.incrementAndGet();
              notEmpty.signal();
            });
    put(stage, queue, notEmpty, put, putOne);
    stage.until(() -> taken.get() == 1 || (one.isThrough() && other.isThrough()));
    stage.check(
        taken.get() >= 1 || (one.isThrough() && other.isThrough()),
        "something is there and a taker sleeps");
    put(stage, queue, notEmpty, put, putOne);
    one.join();
    other.join();
    int left = queue.with(Queue::size);
    stage.check(
        put.get() == taken.get() + left, put + " put, " + taken + " taken, " + left + " left");
    stage.check(!queue.isPoisoned(), "poisoned by what has failed outside");
  }

  /**
   * Puts; where that has failed, and poisoned if within the function, what is missing is made up.
   */
  private static void put(
      Stage stage,
      Guarded<Queue<Integer>> queue,
      GuardedCondition<Queue<Integer>> notEmpty,
      AtomicInteger put,
      Stage.Action putOne)
      throws Exception {
    int before = put.get();
    if (stage.attempt(putOne) != null) {
      queue.clearPoison();
      if (put.get() == before) {
        putOne.run();
      } else {
        queue.run(_ -> notEmpty.signalAll());
      }
    }
  }

  /**
   * A holder fails while others wait for a condition: nobody waits for a signal that cannot come.
   */
  @SuppressWarnings("MustBeClosed") // closed at once
  private static void poison(Stage stage) throws Exception {
    Guarded<int[]> data = new Guarded<>(new int[1]);
    GuardedCondition<int[]> never = data.newCondition();
    Stage.Action wait =
        () -> {
          try {
            Throwable _ = stage.attempt(() -> never.when(_ -> false, array -> array[0]));
          } catch (PoisonedException _) {
            // As intended.
          }
        };
    Actor one = stage.sleeper(wait);
    Actor other = stage.sleeper(wait);
    Stage.Action failing =
        () -> {
          try {
            data.run(_ -> {
              throw new ArithmeticException("of the scenario");
            });
          } catch (ArithmeticException _) {
            // As intended.
          }
        };
    if (stage.attempt(failing) != null && !data.isPoisoned()) {
      failing.run();
    }
    try {
      // Makes up for signals that could not be given.
      data.lock().close();
    } catch (PoisonedException _) {
      stage.check(data.isPoisoned(), "refused though it is not poisoned");
    }
    one.join();
    other.join();
    data.clearPoison();
    data.run(array -> array[0]++);
  }

  /** The data is taken out, or still there. */
  @SuppressWarnings("MustBeClosed") // closed at once
  private static void intoInner(Stage stage) throws Exception {
    int[] inner = {1};
    Guarded<int[]> data = new Guarded<>(inner);
    GuardedCondition<int[]> never = data.newCondition();
    Actor waiter =
        stage.sleeper(() -> {
          try {
            Throwable _ = stage.attempt(() -> never.when(_ -> false, array -> array[0]));
          } catch (IllegalStateException _) {
            // As intended.
          }
        });
    int[][] taken = {null};
    if (stage.attempt(() -> taken[0] = data.intoInner()) != null) {
      taken[0] = data.intoInner();
    }
    stage.check(taken[0] == inner, "something else was taken out");
    try {
      data.lock().close();
      stage.fail("the data is there though it was taken out");
    } catch (IllegalStateException _) {
      // As intended; it makes up for a signal that could not be given.
    }
    waiter.join();
  }
}
