package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Where threads meet in pairs, each giving the other an object. */
public final class ExchangePoint {

  /*
   * Algorithm: one place for an offer. Who finds it empty leaves an offer there and waits; who finds
   * an offer takes it, and answers it. So there is never more than one offer that is not taken, and
   * any number that are taken and about to be answered.
   *
   *          offer                take               answer
   *   idle ---------> in the place ------> taken ----------------> answered (NOTIFIED)
   *    ^                   |
   *    +-------------------+ timeout, interrupt
   *
   * Invariants
   *   I1  An offer leaves the place by one compare-and-set, of who takes it or of who withdraws it:
   *       never both, so an object is given away once or not at all.
   *   I2  Between taking and answering, item belongs to the thread that has taken the offer; before
   *       and after, to the thread that waits. That thread, if it finds its offer taken when it wants
   *       to give up, waits for the answer, which needs a few steps of the other.
   *   I3  A record may be offered again, here or elsewhere, while a thread that has seen it in the
   *       place hesitates: that thread takes it only if it is in this place again, as the offer that it
   *       is by then. The parker of a record never changes, so it may be read before.
   *
   * Spinning: the waiter spins for about as long as a sleep and a wake cost, unless that has not paid off
   * lately (SpinHistory). Virtual threads do not spin.
   *
   * Memory order
   *   offer   volatile CAS; publishes item to who takes the offer
   *   status  volatile; publishes the answer, in item, to the waiter
   *
   * There is no wake that is skipped: each answer ends with an unpark.
   */

  /** What {@link #exchange} returns in place of an object when the time has elapsed. */
  public static final Object TIMED_OUT = new Object();

  /** What {@link #exchange} returns in place of an object when the thread has been interrupted. */
  public static final Object INTERRUPTED = new Object();

  private static final Object NONE = new Object();

  private static final AtomicReferenceFieldUpdater<ExchangePoint, @Nullable Waiter> OFFER =
      AtomicReferenceFieldUpdater.newUpdater(ExchangePoint.class, Waiter.class, "offer");

  private volatile @Nullable Waiter offer;
  private final SpinHistory spins = new SpinHistory();

  /** Constructs a place where nobody waits. */
  public ExchangePoint() {}

  /**
   * Gives an object to another thread for one of that thread. A thread that is interrupted, or has
   * no time, still takes an offer that it finds.
   *
   * @param blocker what thread dumps show
   * @param mine the object, or null
   * @param deadline when to give up
   * @return the other's object or null; or {@link #TIMED_OUT}; or {@link #INTERRUPTED}, with the
   *     interrupted status cleared
   */
  public @Nullable Object exchange(Object blocker, @Nullable Object mine, long deadline) {
    Object result = NONE;
    Waiter w = null;
    while (result == NONE) {
      Waiter other = offer;
      if (other != null) {
        result = take(other, mine);
      } else if (w != null) {
        result = offer(w, blocker, deadline);
      } else if (Thread.interrupted()) {
        return INTERRUPTED;
      } else if (Deadlines.passed(deadline)) {
        return TIMED_OUT;
      } else {
        w = Waiter.take();
        w.item = mine;
        w.setStatus(Waiter.WAITING);
      }
    }
    if (w != null) {
      w.item = null;
      w.release();
    }
    return result;
  }

  /** Takes an offer and answers it; NONE if it is not there any more. */
  private @Nullable Object take(Waiter other, @Nullable Object mine) {
    StackRoom.forWake();
    Parker parker = other.parker();
    if (!OFFER.compareAndSet(this, other, null)) {
      return NONE;
    }
    Object theirs = other.item;
    other.item = mine;
    other.setStatus(Waiter.NOTIFIED);
    parker.unpark();
    return theirs;
  }

  /** Makes an offer and waits for the answer; NONE if there is another offer. */
  private @Nullable Object offer(Waiter w, Object blocker, long deadline) {
    boolean offered = false;
    boolean taken = false;
    boolean interrupted = false;
    WaitRecord wait = null;
    int result = Observers.FAILED;
    try {
      if (!OFFER.compareAndSet(this, null, w)) {
        return NONE;
      }
      offered = true;
      if (Observers.arePresent()) {
        wait = Observation.began(blocker, Wait.Mode.EXCHANGE);
      }
      spin(w);
      while (w.status() == Waiter.WAITING) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (taken) {
          w.parker().park(blocker, Deadlines.FOREVER, false);
        } else if (!interrupted && !Deadlines.passed(deadline)) {
          w.parker().park(blocker, deadline, true);
        } else if (OFFER.compareAndSet(this, w, null)) {
          result = interrupted ? AcquireQueue.INTERRUPTED : AcquireQueue.TIMED_OUT;
          return interrupted ? INTERRUPTED : TIMED_OUT;
        } else {
          taken = true;
        }
      }
      result = AcquireQueue.ACQUIRED;
    } catch (Throwable t) {
      if (!offered || OFFER.compareAndSet(this, w, null)) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        throw t;
      }
      awaitAnswer(w);
      result = AcquireQueue.ACQUIRED;
    } finally {
      Observers.ended(wait, result);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return w.item;
  }

  /** Waits for the answer to an offer that has been taken, when parking has failed. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // not for speed: the other thread may need this processor
  private static void awaitAnswer(Waiter w) {
    while (w.status() == Waiter.WAITING) {
      Thread.yield();
    }
  }

  private void spin(Waiter w) {
    if (spins.allowsCurrentThread()) {
      spins.record(Spin.untilWoken(w));
    }
  }
}
