package io.pawl.internal.queue;

import io.pawl.internal.park.Parker;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a lock that can be held shared: threads at the head that want it shared are granted
 * it together, in the order in which they came, as soon as it is not held exclusively.
 */
public abstract class SharedQueue extends AcquireQueue {

  /*
   * Algorithm: next(), with the list locked, looks at the first waiter.
   *
   *   first    lock                   what happens
   *   shared   not held exclusively   a hold is added for it: GRANTED; the request stays open
   *   shared   held exclusively, max. woken as heir
   *   excl.    free, or held excl.    woken as heir
   *   excl.    held shared            nobody is woken: the last shared release will look again
   *
   * A waiter that is first while the lock is held exclusively is woken all the same, so that it counts
   * its fruitless wakes and gets the hand-off in the end.
   *
   * Invariant I5: next() says NEEDS_FREE only while a shared hold exists; the release of the last one
   * looks into the queue, and unclaimed() looks at the state after it has cleared heir. NEEDS_FREE
   * holds for the waiter that was first: once that has left, readers may be first. If it has left with
   * the lock, and goes on as a reader, it finds heir set and wakes nobody; unclaimed(), which comes
   * after that, finds leftUnasked set.
   */

  /** The first waiter wants the lock exclusively, and it is held shared. */
  private static final int NEEDS_FREE = 1;

  /** Constructs an empty queue. */
  protected SharedQueue() {}

  /**
   * Adds a shared hold unless the lock is held exclusively, or as often as it can be. Called with
   * the list locked, so it must not throw.
   *
   * @return whether it did
   */
  protected abstract boolean tryShare();

  /**
   * Takes back a hold added by {@link #tryShare}, without looking into the queue. Called with the
   * list locked, so it must not throw.
   *
   * @return what is to be woken because that was the last hold beside its own, or null
   */
  protected abstract @Nullable Parker unshare();

  /**
   * How the lock is held.
   *
   * @return 0 if it is free, a positive number if it is held shared, else a negative one
   */
  protected abstract int holds();

  /** Those who want to share it do not come in between one who waits and others who share it. */
  @Override
  protected final boolean mayBarge(int ask) {
    return ask == EXCLUSIVE || isEmpty() || holds() <= 0;
  }

  @Override
  protected final boolean isAvailable(int reason) {
    int holds = holds();
    return holds == 0 || (holds > 0 && reason != NEEDS_FREE);
  }

  /**
   * A shared waiter is never served by itself, past those before it; it has the queue looked at.
   */
  @Override
  protected final boolean recheck(int ask) {
    if (ask == EXCLUSIVE) {
      return super.recheck(ask);
    }
    passOn();
    return false;
  }

  @Override
  final @Nullable Parker next() {
    leftUnasked = false;
    for (Waiter first; (first = first()) != null; ) {
      Parker parker;
      if (first.ask != EXCLUSIVE && tryShare()) {
        parker = take(first, Waiter.GRANTED);
        if (parker != null) {
          more = true;
          return parker;
        }
        Parker alone = unshare();
        if (alone != null) {
          more = true;
          return alone;
        }
      } else if (first.ask == EXCLUSIVE && holds() > 0) {
        blocked = NEEDS_FREE;
        return null;
      } else {
        parker = takeNotified(first);
        if (parker != null) {
          return parker;
        }
      }
    }
    blocked = 0;
    return null;
  }
}
