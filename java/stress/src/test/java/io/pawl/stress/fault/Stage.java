package io.pawl.stress.fault;

import io.pawl.stress.fault.Faults.Plan;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where one play of a {@link Scenario} takes place: its threads, of one kind, of which one or all
 * are exposed to the faults of a plan while they {@link #attempt} something.
 */
final class Stage {

  /** That all actors are victims. */
  static final int ALL = -1;

  private static final long POLL_NANOS = 20_000;

  /** What an actor does. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  private final boolean virtual;
  private final Plan plan;
  private final int victim;
  private final long limitNanos;
  private final List<Actor> actors = new CopyOnWriteArrayList<>();
  private final long start = System.nanoTime();
  private final List<String> wrong = new CopyOnWriteArrayList<>();

  /**
   * Constructs a stage.
   *
   * @param virtual whether its threads are virtual
   * @param plan what fails
   * @param victim the number of the actor that meets the plan's points, or {@link #ALL}
   * @param limitNanos how long a play may take
   */
  Stage(boolean virtual, Plan plan, int victim, long limitNanos) {
    this.virtual = virtual;
    this.plan = plan;
    this.victim = victim;
    this.limitNanos = limitNanos;
  }

  /** Plays a scenario, and returns what is wrong; nothing of it goes on then unless it hangs. */
  List<String> play(Scenario scenario) {
    Faults.follow(plan);
    try {
      long deadline = System.nanoTime() + limitNanos;
      Actor _ = actor(() -> scenario.script().play(this));
      for (Actor actor : actors) {
        // More actors may come while these are awaited.
        awaitEnd(actor, deadline);
      }
    } finally {
      Faults.follow(null);
    }
    return wrong;
  }

  private void awaitEnd(Actor actor, long deadline) {
    while (!actor.awaitEnd(deadline - System.nanoTime())) {
      fail(actor + " sleeps for ever");
      for (Actor other : actors) {
        fail(other.dump());
      }
      return;
    }
  }

  /** When the play began. */
  long start() {
    return start;
  }

  /** How many actors there have been. */
  int actors() {
    return actors.size();
  }

  // ---- What scenarios do

  /** Has another thread do something. */
  Actor actor(Action action) {
    Actor actor = new Actor(actors.size(), action);
    actors.add(actor);
    actor.thread.start();
    return actor;
  }

  /** Has another thread do something, and waits until it sleeps or is through. */
  Actor sleeper(Action action) {
    Actor actor = actor(action);
    actor.awaitSleep();
    return actor;
  }

  /**
   * Does something that may fail as planned, on an actor's thread.
   *
   * @return what the plan has thrown, or null
   */
  @Nullable Throwable attempt(Action action) throws Exception {
    try {
      exposed(action);
      return null;
    } catch (Exception | Error t) {
      if (plan.hasThrown(t)) {
        return t;
      }
      throw t;
    }
  }

  /** Does something that may fail as planned, which is passed on. */
  void exposed(Action action) throws Exception {
    boolean exposes = victim == ALL || isVictim(Thread.currentThread());
    if (exposes) {
      Faults.expose();
    }
    try {
      action.run();
    } finally {
      if (exposes) {
        Faults.hide();
      }
    }
  }

  /** Waits for something that other actors do, but not for ever. */
  void until(BooleanSupplier reached) {
    long begun = System.nanoTime();
    while (!reached.getAsBoolean() && System.nanoTime() - begun < patienceNanos()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * How long an actor waits for another: less than a play may take, at whose end the other is to be
   * found asleep, and not the one that waits for it.
   */
  private long patienceNanos() {
    return limitNanos / 2;
  }

  private boolean isVictim(Thread thread) {
    return victim < actors.size() && actors.get(victim).thread == thread;
  }

  /** Notes something that is wrong unless it is as it should be. */
  void check(boolean asItShouldBe, String otherwise) {
    if (!asItShouldBe) {
      fail(otherwise);
    }
  }

  /** Notes something that is wrong. */
  void fail(String what) {
    wrong.add(what);
  }

  /** Whether a thread can sleep on a lock that nobody holds, and is woken by its unlock. */
  @SuppressWarnings("LockNotBeforeTry") // nothing is thrown, or else the play has failed
  void checkUsable(Lock lock) {
    lock.lock();
    Actor next =
        sleeper(() -> {
          lock.lock();
          lock.unlock();
        });
    lock.unlock();
    next.join();
  }

  /** One thread of a play. */
  final class Actor {
    private final int number;
    private final Action action;
    private final Thread thread;
    private final CountDownLatch end = new CountDownLatch(1);

    private Actor(int number, Action action) {
      this.number = number;
      this.action = action;
      this.thread =
          virtual
              ? Thread.ofVirtual().name("actor-" + number).unstarted(this::act)
              : Thread.ofPlatform().daemon().name("actor-" + number).unstarted(this::act);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it is, the play reports it
    private void act() {
      try {
        action.run();
      } catch (Throwable t) {
        fail(this + " met what was not planned: " + trace(t));
      } finally {
        end.countDown();
      }
    }

    Thread thread() {
      return thread;
    }

    /** Waits until the thread sleeps, in the operating system or elsewhere, or is through. */
    void awaitSleep() {
      while (end.getCount() != 0 && !sleeps()) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }

    private boolean sleeps() {
      return switch (thread.getState()) {
        case WAITING, TIMED_WAITING -> true;
        case RUNNABLE ->
            !virtual
                && Arrays.stream(thread.getStackTrace())
                    .anyMatch(frame ->
                        frame.getMethodName().equals("await")
                            && frame.getClassName().startsWith("io.pawl.internal.backend."));
        default -> false;
      };
    }

    /** Waits until the thread is through, but not for ever. */
    void join() {
      boolean _ = awaitEnd(patienceNanos());
    }

    boolean isThrough() {
      return end.getCount() == 0;
    }

    private boolean awaitEnd(long nanos) {
      try {
        return end.await(nanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private String dump() {
      return this
          + " is "
          + (isThrough() ? "through" : thread.getState() + frames(thread.getStackTrace()));
    }

    @Override
    public String toString() {
      return "Actor " + number;
    }
  }

  /** Something thrown, with where from. */
  static String trace(Throwable t) {
    Throwable cause = t.getCause();
    return t + frames(t.getStackTrace()) + (cause == null ? "" : "\n  of " + trace(cause));
  }

  private static String frames(StackTraceElement[] stack) {
    return Arrays.stream(stack).map(frame -> "\n    at " + frame).collect(Collectors.joining());
  }
}
