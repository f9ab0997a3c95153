package io.pawl.internal.observe;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** For how long threads have waited for a lock since it was last released: what its hold costs. */
public final class WaitingTime {

  /*
   * Algorithm: the area under the number of waiters since the last release, or since each has come. With
   * n waiters, each counted from c(i) on, it is n * now - (c(1) + ... + c(n)) at any moment, so their number
   * and the sum suffice, and a release at t replaces each c(i) by t. Times may wrap around, and so may the
   * sum: the difference does not mind.
   *
   * Who leaves takes what it has waited since then with it: it had to wait for its own wake-up, or has
   * given up.
   *
   * Invariant: c(i) of a waiter is the later of its start and the last release.
   *
   * A waiter makes the state that will follow on its departure when it comes: it leaves whether or not
   * there is memory.
   *
   * Memory order: the state is replaced by a compare-and-set, and not changed once it has been published.
   */

  /** How many wait, and since when. */
  static final class State {
    private int waiters;
    private long sum;
    private long released;
    private long since;

    /** What the flight recorder knows of this hold, or null. */
    private @Nullable Object event;

    /** From when on a waiter counts that has come at a time. */
    private long counted(long start) {
      return released - start > 0 ? released : start;
    }

    private State set(int n, long starts, long last, long from, @Nullable Object hold) {
      waiters = n;
      sum = starts;
      released = last;
      since = from;
      event = hold;
      return this;
    }
  }

  /** What the waiters name as what they wait for. */
  private final Object blocker;

  private static final AtomicReferenceFieldUpdater<WaitingTime, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(WaitingTime.class, State.class, "state");

  private volatile State state;

  private WaitingTime(Object blocker) {
    long now = System.nanoTime();
    this.blocker = blocker;
    this.state = new State().set(0, 0, now, now, null);
  }

  /**
   * What the waiters of a queue are counted by.
   *
   * @param <Q> its type
   * @param queue the queue
   * @param field where the queue keeps it: one that is made here if there is none
   * @param blocker what the waiters name as what they wait for
   * @return the one that all waiters share
   */
  public static <Q> WaitingTime of(
      Q queue, AtomicReferenceFieldUpdater<Q, @Nullable WaitingTime> field, Object blocker) {
    WaitingTime made = null;
    for (; ; ) {
      WaitingTime found = field.get(queue);
      if (found != null) {
        return found;
      }
      if (made == null) {
        made = new WaitingTime(blocker);
      }
      if (field.compareAndSet(queue, null, made)) {
        return made;
      }
    }
  }

  /**
   * Initializes this class, when that of its state has been loaded: it would not survive to find no
   * memory for that.
   */
  static void initialize(State loaded) {}

  /**
   * How many waiters are counted.
   *
   * @return the number
   */
  public int waiters() {
    return state.waiters;
  }

  /** Counts a waiter from a time on; returns what its departure needs. */
  State began(long start) {
    State departure = new State();
    State next = new State();
    Object event = null;
    State s;
    do {
      s = state;
      boolean first = s.waiters == 0;
      long counted = s.counted(start);
      if (first && event == null) {
        event = Recording.holdBegan();
      }
      next.set(
          s.waiters + 1,
          s.sum + counted,
          s.released,
          first ? counted : s.since,
          first ? event : s.event);
    } while (!STATE.compareAndSet(this, s, next));
    return departure;
  }

  /** Counts a waiter no longer; allocates nothing. */
  void ended(long start, State departure) {
    State s;
    do {
      s = state;
      long counted = s.counted(start);
      boolean last = s.waiters == 1;
      departure.set(s.waiters - 1, s.sum - counted, s.released, s.since, last ? null : s.event);
    } while (!STATE.compareAndSet(this, s, departure));
  }

  /**
   * Charges the release of the current thread, which has woken nobody yet: who is woken may be gone
   * at once.
   *
   * @return what is known of it, to be told afterwards; null if nobody waits
   */
  public @Nullable ReleaseRecord charge() {
    Object event = null;
    State next = null;
    for (; ; ) {
      State s = state;
      if (s.waiters <= 0) {
        return null;
      }
      if (next == null) {
        event = Recording.holdBegan();
        next = new State();
      }
      long now = System.nanoTime();
      if (STATE.compareAndSet(this, s, next.set(s.waiters, s.waiters * now, now, now, event))) {
        return new ReleaseRecord(
            blocker,
            Thread.currentThread(),
            s.waiters,
            s.waiters * now - s.sum,
            now - s.since,
            s.event);
      }
    }
  }
}
