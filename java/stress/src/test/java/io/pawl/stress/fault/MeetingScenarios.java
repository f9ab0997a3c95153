package io.pawl.stress.fault;

import io.pawl.CountDownLatch;
import io.pawl.CyclicBarrier;
import io.pawl.Exchanger;
import io.pawl.Once;
import io.pawl.OnceValue;
import io.pawl.Phaser;
import io.pawl.Semaphore;
import io.pawl.stress.fault.Stage.Actor;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What threads wait for that is not a lock: permits, counts, phases and each other. */
final class MeetingScenarios {

  private MeetingScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("Semaphore: permits", stage -> permits(stage, false)),
        new Scenario("Semaphore, fair: permits", stage -> permits(stage, true)),
        new Scenario("CountDownLatch: opens", MeetingScenarios::latch),
        new Scenario("CyclicBarrier: trips", MeetingScenarios::barrier),
        new Scenario("Phaser: advances", MeetingScenarios::phaser),
        new Scenario("Phaser, tree: advances", MeetingScenarios::tree),
        new Scenario("Exchanger: exchanges", MeetingScenarios::exchanger),
        new Scenario("Once: runs", MeetingScenarios::once),
        new Scenario("OnceValue: is made", MeetingScenarios::onceValue));
  }

  /** Threads wait for one permit, for two, and for one that comes too late. */
  private static void permits(Stage stage, boolean fair) throws Exception {
    Semaphore semaphore = new Semaphore(0, fair);
    AtomicInteger taken = new AtomicInteger();
    Actor timed =
        stage.sleeper(() -> {
          boolean[] acquired = {false};
          Throwable thrown =
              stage.attempt(
                  () -> acquired[0] = semaphore.tryAcquire(1, 200, TimeUnit.MICROSECONDS));
          if (thrown == null && acquired[0]) {
            int _ = taken.addAndGet(1);
          }
        });
    Actor two = stage.sleeper(() -> take(stage, semaphore, 2, taken));
    Actor one = stage.sleeper(() -> take(stage, semaphore, 1, taken));
    int released = 0;
    for (int i = 0; i < 4; i++) {
      int before = semaphore.availablePermits() + taken.get();
      if (stage.attempt(semaphore::release) == null || before >= 0) {
        released++;
      }
    }
    timed.join();
    two.join();
    one.join();
    int left = semaphore.availablePermits();
    stage.check(
        left + taken.get() == released,
        released + " permits released, " + taken + " taken, " + left + " left");
    int _ = semaphore.drainPermits();
    Actor next = stage.sleeper(semaphore::acquireUninterruptibly);
    semaphore.release();
    next.join();
  }

  private static void take(Stage stage, Semaphore semaphore, int permits, AtomicInteger taken)
      throws Exception {
    if (stage.attempt(() -> semaphore.acquireUninterruptibly(permits)) == null) {
      int _ = taken.addAndGet(permits);
    }
  }

  /** Whoever gets a value gets the same; a failed initializer is made up for. */
  private static void onceValue(Stage stage) throws Exception {
    OnceValue<Object> once = new OnceValue<>();
    List<Object> got = new CopyOnWriteArrayList<>();
    Stage.Action get =
        () -> {
          Object[] value = {null};
          if (stage.attempt(() -> value[0] = once.getOrInitForced(_ -> make())) == null) {
            got.add(value[0]);
          }
        };
    Actor waiter =
        stage.sleeper(() -> {
          Object[] value = {null};
          try {
            if (stage.attempt(() -> value[0] = once.await()) == null) {
              got.add(value[0]);
            }
          } catch (IllegalStateException _) {
            // An initializer has failed.
          }
        });
    Actor one = stage.actor(get);
    Actor other = stage.actor(get);
    one.join();
    other.join();
    Object last = once.getOrInitForced(_ -> make());
    waiter.join();
    stage.check(got.stream().allMatch(value -> value == last), "values differ: " + got);
  }

  private static Object make() {
    Faults.allocation();
    return new Object();
  }

  /** Several threads wait until a count is zero. */
  private static void latch(Stage stage) throws Exception {
    CountDownLatch latch = new CountDownLatch(2);
    Stage.Action wait =
        () -> {
          Throwable thrown = stage.attempt(latch::await);
          stage.check(thrown != null || latch.getCount() == 0, "let through too early");
        };
    Actor first = stage.sleeper(wait);
    Actor second = stage.sleeper(wait);
    Actor third = stage.sleeper(wait);
    for (int count = 2; count > 0; count--) {
      if (stage.attempt(latch::countDown) != null && latch.getCount() == count) {
        latch.countDown();
      }
      stage.check(latch.getCount() == count - 1, "the count is " + latch.getCount());
    }
    first.join();
    second.join();
    third.join();
  }

  /** Three threads meet, or find the barrier broken; then three meet again. */
  private static void barrier(Stage stage) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(3);
    AtomicInteger threw = new AtomicInteger();
    Stage.Action meet =
        () -> {
          try {
            if (stage.attempt(barrier::await) != null) {
              int _ = threw.incrementAndGet();
            }
          } catch (BrokenBarrierException _) {
            stage.check(threw.get() > 0 || barrier.isBroken(), "broken for no reason");
          }
        };
    List<Actor> three = List.of(stage.sleeper(meet), stage.sleeper(meet), stage.sleeper(meet));
    while (!three.stream().allMatch(Actor::isThrough)) {
      stage.until(() -> threw.get() > 0 || three.stream().allMatch(Actor::isThrough));
      // Those who wait for a thread that has failed are told that it does not come.
      barrier.reset();
    }
    barrier.reset();
    stage.check(barrier.getNumberWaiting() == 0, "threads are counted that do not wait");
    Actor next = stage.sleeper(barrier::await);
    Actor last = stage.sleeper(barrier::await);
    int _ = barrier.await();
    next.join();
    last.join();
  }

  /** Three parties arrive and wait for each other. */
  private static void phaser(Stage stage) throws Exception {
    Phaser phaser = new Phaser(3);
    advance(stage, phaser, phaser, phaser, phaser);
  }

  /** Three parties arrive at two children of a phaser. */
  private static void tree(Stage stage) throws Exception {
    Phaser root = new Phaser();
    Phaser left = new Phaser(root, 2);
    Phaser right = new Phaser(root, 1);
    advance(stage, root, left, left, right);
  }

  private static void advance(Stage stage, Phaser root, Phaser a, Phaser b, Phaser c)
      throws Exception {
    Actor first = stage.sleeper(() -> arrive(stage, a));
    Actor second = stage.sleeper(() -> arrive(stage, b));
    arrive(stage, c);
    first.join();
    second.join();
    stage.check(root.getPhase() == 1, "the phase is " + root.getPhase());
    Actor next = stage.sleeper(a::arriveAndAwaitAdvance);
    Actor last = stage.sleeper(b::arriveAndAwaitAdvance);
    int _ = c.arriveAndAwaitAdvance();
    next.join();
    last.join();
    stage.check(root.getPhase() == 2, "the phase after that is " + root.getPhase());
  }

  /** Arrives and waits; a thread that has failed finds out whether it has arrived. */
  private static void arrive(Stage stage, Phaser phaser) throws Exception {
    int arrived = phaser.getArrivedParties();
    Throwable thrown = stage.attempt(phaser::arriveAndAwaitAdvance);
    if (thrown != null && phaser.getPhase() == 0 && phaser.getArrivedParties() == arrived) {
      int _ = phaser.arrive();
    }
  }

  /** Two threads exchange; one that has failed has given nothing away, and tries again. */
  private static void exchanger(Stage stage) throws Exception {
    Exchanger<String> exchanger = new Exchanger<>();
    @Nullable String[] got = {null};
    Actor other = stage.sleeper(() -> got[0] = exchange(stage, exchanger, "theirs"));
    String mine = exchange(stage, exchanger, "mine");
    other.join();
    stage.check("theirs".equals(mine), "got " + mine);
    stage.check("mine".equals(got[0]), "the other got " + got[0]);
  }

  private static @Nullable String exchange(Stage stage, Exchanger<String> exchanger, String item)
      throws Exception {
    @Nullable String[] got = {null};
    if (stage.attempt(() -> got[0] = exchanger.exchange(item)) != null) {
      got[0] = exchanger.exchange(item);
    }
    return got[0];
  }

  /** Two threads wait while a third initializes. */
  private static void once(Stage stage) throws Exception {
    Once once = new Once();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Runnable initializer =
        () -> {
          begun.countDown();
          try {
            end.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          int _ = runs.incrementAndGet();
        };
    Stage.Action run =
        () -> {
          if (stage.attempt(() -> once.run(initializer)) != null) {
            begun.countDown();
          }
        };
    Actor first = stage.actor(run);
    begun.await();
    Actor second = stage.sleeper(run);
    Actor third =
        stage.sleeper(() -> {
          Throwable _ = stage.attempt(once::awaitUninterruptibly);
        });
    end.countDown();
    first.join();
    if (!once.isCompleted()) {
      once.runForced(_ -> initializer.run());
    }
    second.join();
    third.join();
    stage.check(once.isCompleted(), "not completed");
    stage.check(runs.get() == 1, runs + " runs");
  }
}
