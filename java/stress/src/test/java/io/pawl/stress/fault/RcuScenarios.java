package io.pawl.stress.fault;

import io.pawl.rcu.Rcu;
import io.pawl.rcu.RcuCell;
import io.pawl.rcu.RcuList;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Grace periods: whatever fails, they end, and what waits for them is done once. */
final class RcuScenarios {

  private RcuScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("Rcu: synchronize", RcuScenarios::synchronize),
        new Scenario("Rcu: defer", RcuScenarios::defer),
        new Scenario("Rcu: a failing worker", RcuScenarios::failingWorker),
        new Scenario("RcuCell", RcuScenarios::cell),
        new Scenario("RcuList", RcuScenarios::list));
  }

  /** Updaters wait for a reader, and share a period. */
  private static void synchronize(Stage stage) throws Exception {
    Rcu rcu = new Rcu();
    long section = rcu.enter();
    Stage.Action wait = () -> stage.attempt(rcu::synchronize);
    Actor one = stage.sleeper(() -> wait.run());
    Actor other = stage.sleeper(() -> wait.run());
    rcu.exit(section);
    one.join();
    other.join();
    Actor last = stage.actor(rcu::synchronize);
    last.join();
  }

  private static void defer(Stage stage) throws Exception {
    Rcu rcu = new Rcu();
    List<AtomicInteger> deferred = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      AtomicInteger runs = new AtomicInteger();
      Throwable thrown = stage.attempt(() -> rcu.defer(runs::incrementAndGet));
      if (thrown == null) {
        deferred.add(runs);
      }
    }
    rcu.barrier();
    for (AtomicInteger runs : deferred) {
      stage.check(runs.get() == 1, "a deferred action has run " + runs + " times");
    }
  }

  /** The thread that runs the actions meets the faults while somebody waits for its actions. */
  private static void failingWorker(Stage stage) throws Exception {
    Rcu rcu = new Rcu();
    CountDownLatch exposed = new CountDownLatch(1);
    Semaphore go = new Semaphore(0);
    rcu.defer(() -> {
      Faults.expose();
      exposed.countDown();
      go.acquireUninterruptibly();
    });
    exposed.await();
    AtomicInteger runs = new AtomicInteger();
    rcu.defer(() -> {
      Faults.hide();
      int _ = runs.incrementAndGet();
    });
    Actor waiting = stage.sleeper(rcu::barrier);
    long section = rcu.enter();
    go.release();
    LockSupport.parkNanos(200_000); // the worker meets some of the points before the reader leaves
    rcu.exit(section);
    LockSupport.parkNanos(200_000);
    Faults.follow(null);
    waiting.join();
    stage.check(runs.get() == 1, "a deferred action has run " + runs + " times");
  }

  /** A value of a cell, and whether it is sure to have been put in. */
  private static final class Value implements AutoCloseable {
    final AtomicInteger closes = new AtomicInteger();
    final boolean later;
    volatile boolean sure;

    Value(boolean later) {
      this.later = later;
    }

    @Override
    public void close() {
      int _ = closes.incrementAndGet();
    }
  }

  private static void cell(Stage stage) throws Exception {
    Queue<Value> values = new ConcurrentLinkedQueue<>();
    Value first = new Value(false);
    first.sure = true;
    values.add(first);
    RcuCell<AutoCloseable> cell = new RcuCell<>(first);
    Stage.Action write =
        () -> {
          for (int i = 0; i < 4; i++) {
            Value value = new Value(i % 2 == 1);
            values.add(value);
            value.sure = put(stage, cell, value);
          }
        };
    Actor other = stage.actor(write);
    write.run();
    other.join();
    if (stage.attempt(cell::close) != null) {
      cell.close();
    }
    cell.rcu().barrier();
    for (Value value : values) {
      int closes = value.closes.get();
      stage.check(closes == 1 || (closes == 0 && !value.sure), "closed " + closes + " times");
    }
  }

  /** Whether the value was put in for sure: what throws may have put it in. */
  private static boolean put(Stage stage, RcuCell<AutoCloseable> cell, Value value)
      throws Exception {
    return stage.attempt(() -> {
      if (value.later) {
        cell.setLater(value);
      } else {
        cell.set(value);
      }
    })
        == null;
  }

  private static void list(Stage stage) throws Exception {
    Rcu rcu = new Rcu();
    AtomicInteger handedOver = new AtomicInteger();
    RcuList<Integer> list = new RcuList<>(rcu, _ -> handedOver.incrementAndGet());
    AtomicInteger added = new AtomicInteger();
    Stage.Action change =
        () -> {
          for (int i = 0; i < 3; i++) {
            int element = i;
            if (stage.attempt(() -> list.add(element)) == null) {
              int _ = added.incrementAndGet();
            }
          }
          Throwable _ = stage.attempt(() -> list.removeIf(element -> element == 1));
          @Nullable Iterator<Integer>[] iterator = iterators();
          Throwable _ =
              stage.attempt(() -> {
                iterator[0] = list.iterator();
                if (iterator[0].hasNext()) {
                  Integer _ = iterator[0].next();
                  iterator[0].remove();
                }
              });
        };
    Actor other = stage.actor(change);
    change.run();
    other.join();
    int there = 0;
    for (Integer element : list) {
      Objects.requireNonNull(element);
      there++;
    }
    stage.check(there == list.size(), there + " elements are counted as " + list.size());
    list.clear();
    rcu.barrier();
    stage.check(
        handedOver.get() >= added.get(),
        added + " have been added, and " + handedOver + " handed over");
    stage.check(list.isEmpty() && list.size() == 0, "a list that has been cleared is not empty");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Iterator<Integer>[] iterators() {
    return new Iterator[1];
  }
}
