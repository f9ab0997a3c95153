package io.pawl.internal.queue;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a fair lock: the lock is granted to its waiters in the order in which they came, and
 * its newcomers do not try while the queue is not {@linkplain #isEmpty() empty}.
 *
 * <p>What a thread asks for is had for it, at its turn, by whoever makes that possible: it never
 * has to try again. Locks, read-write locks and semaphores differ in what can be granted at a time.
 */
public abstract class FairQueue extends LockQueue {

  /*
   * Algorithm: a look at the queue, with the list locked, grants the lock to the first waiter if that
   * can be had for it, and so on. A release frees the lock and looks, so what it has freed is free for
   * a moment, for attempts that disregard the queue.
   *
   *                list                        a look
   *   newcomer ---------> in the queue ------------------------> GRANTED --> gone
   *                            |
   *                            +---- timeout, interrupt: has the queue looked at --> gone
   *
   * A waiter in the list
   *
   *             called: among the first in the list, and awake soon
   *   WAITING ---------------------------------------------> SPINNING     both --granted-------> GRANTED
   *    sleeps <---------------------------------------------  spins       both --can't be had--> NOTIFIED
   *             its thread: spun in vain, or does not spin                its thread, from WAITING: CANCELLED
   *
   * Who looks: a release that frees something; a newcomer that could be served; a thread that gives up.
   * A look that finds the list locked is left in ctl to the thread that has locked it (WaitQueue).
   *
   * Protocol of a release (in the lock):  free the state; Fences.light(); released()
   * Protocol of a waiter (contend):       list; announce; fence(); isAvailable? look; wait
   *
   * Invariants
   *   I1  What is granted is had by a compare-and-set of the state, as a newcomer would have it; then
   *       the waiter's status is compared and set. So a waiter that is GRANTED holds the lock, and
   *       nobody else holds what it does.
   *   I2  Only the first waiter that has not given up is granted anything. A waiter that is counted by
   *       size is listed, so newcomers that find the queue not empty come after it.
   *   I3  No waiter sleeps in first place while it could be served, unless a look is to come. What makes
   *       it possible is followed by a look:
   *       (a) the state is freed. The release looks, unless it finds that nobody is announced or listed;
   *           then the fences have the waiter see the free state, and it has the queue looked at. Each
   *           waiter sees to that for the case that it comes first.
   *       (b) the waiter before it leaves. Granted: the look that has granted it goes on to the next;
   *           after a hand-off the lock is held exclusively. Given up: it looks afterwards.
   *       (c) what has been had for a waiter that gives up at the same time is put back, by a volatile
   *           write, and the look brings the list up to date and goes on. A waiter that has found the
   *           lock taken because of that has been listed before it was put back.
   *   I4  After MAX_VAIN looks that came too late, because others had taken the lock past the queue, a
   *       waiter that wants it exclusively gets the hand-off: the next release gives it the lock instead
   *       of freeing it. If that release finds the list in use it frees the lock as usual.
   *
   * Spinning. The first in the queue is next, so it spins on its own record for as long as a sleep and a
   * wake cost; the others sleep at once. Whoever has granted the lock calls those who are first then
   * ahead of time, so that they are awake when their turn comes: more than one, for a wake-up takes
   * longer than a short section. A spinning waiter is granted the lock without a system call. Not done
   * by virtual threads, on a single processor, or if it has not paid off lately.
   *
   * Convoys. Once all threads are in the queue, each section costs a wake-up, and a thread that comes
   * back at once and sleeps keeps it so. A newcomer that finds more waiters than are called therefore
   * yields the processor once before it queues: others have their turns while it is not in their way.
   *
   * Memory order
   *   status         volatile CAS; GRANTED publishes what the previous holders did
   *   called, vain   guarded by the list's lock
   *   handOffDue     volatile; a release that misses it frees the lock, and a later one sees it
   *   spins          plain, see SpinHistory
   *   the others as in WaitQueue and FencedQueue
   */

  private static final int MAX_VAIN = 30;

  /** How many waiters are called when one has been granted the lock. */
  private static final int CALLED = 2;

  /** How many looks in a row have granted nothing. */
  private int vain;

  /** Whether the first in the list have been called since a waiter was granted something. */
  private boolean called;

  private final SpinHistory spins = new SpinHistory();

  /** Constructs an empty queue. */
  protected FairQueue() {}

  // ---- What the lock provides

  /**
   * Whether a thread could be granted what it asks for, if it came first.
   *
   * @param ask what it asks for
   * @return false if a release is sure to come that will look into the queue
   */
  protected abstract boolean isAvailable(int ask);

  /**
   * Has the lock for the first waiter, if that is possible now. Called with the list locked, so it
   * must not throw.
   *
   * @param ask what the waiter asks for
   * @return whether it can be granted the lock
   */
  protected abstract boolean tryGrant(int ask);

  /**
   * Puts back by a volatile write what {@link #tryGrant} has had, without looking into the queue.
   * Called with the list locked, so it must not throw.
   *
   * @param ask what the waiter had asked for
   */
  protected abstract void putBack(int ask);

  /**
   * Whether a waiter asks for something that can never be granted for as long as others hold what
   * they do, and is to be told so.
   *
   * @param ask what it asks for
   * @return true if so
   */
  protected boolean isRefused(int ask) {
    return false;
  }

  // ---- The waiter's side

  @Override
  final boolean tryUnlisted(int ask) {
    return isEmpty() && tryGrant(ask);
  }

  @Override
  final int contend(
      Waiter w, boolean listed, Object blocker, boolean interruptible, long deadline) {
    boolean announced = listed;
    boolean interrupted = false;
    int result = AcquireQueue.ACQUIRED;
    try {
      if (!listed) {
        letOthersRun(w);
        boolean first = !hasListed();
        list(w, false);
        announce(w);
        announced = true;
        fence();
        if (isAvailable(w.ask)) {
          look();
        }
        if (first && maySpin(w)) {
          boolean _ = w.casStatus(Waiter.WAITING, Waiter.SPINNING);
        }
      }
      for (int s; (s = w.status()) < Waiter.NOTIFIED; ) {
        if (s == Waiter.SPINNING) {
          spin(w, deadline);
          continue;
        }
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = AcquireQueue.INTERRUPTED;
        } else if (Deadlines.passed(deadline)) {
          result = AcquireQueue.TIMED_OUT;
        }
        if (result == AcquireQueue.ACQUIRED) {
          w.parker().park(blocker, deadline, interruptible);
        } else if (cancel(w)) {
          break;
        } else {
          result = AcquireQueue.ACQUIRED;
        }
      }
      if (w.status() == Waiter.NOTIFIED) {
        throw new Error("Maximum lock count exceeded");
      }
    } catch (Throwable t) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      abandon(w, announced);
      throw t;
    }
    try {
      depart();
      if (result != AcquireQueue.ACQUIRED) {
        look();
      }
    } finally {
      if (interrupted && result != AcquireQueue.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
    }
    return result;
  }

  /** What breaks a convoy: see above. Nothing has been done for this wait yet. */
  @SuppressWarnings("ThreadPriorityCheck") // those who wait need this processor
  private void letOthersRun(Waiter w) {
    if (size() > CALLED && !w.parker().isVirtual()) {
      Thread.yield();
    }
  }

  private boolean maySpin(Waiter w) {
    return Spin.helps() && !w.parker().isVirtual() && spins.allows();
  }

  private void spin(Waiter w, long deadline) {
    if (Deadlines.remaining(deadline) >= Spin.SLEEP_NANOS) {
      spins.record(Spin.untilWoken(w));
    }
    boolean _ = w.casStatus(Waiter.SPINNING, Waiter.WAITING);
  }

  /**
   * Ends a wait in which something was thrown, in whatever state it is. The record is not used
   * again: it may still be linked, or be on its way into the queue.
   */
  private void abandon(Waiter w, boolean announced) {
    w.abandoned = true;
    while (w.isWaiting() && !cancel(w)) {
      boolean _ = w.casStatus(Waiter.SPINNING, Waiter.WAITING);
    }
    if (w.status() == Waiter.GRANTED) {
      giveBack(w.ask);
    }
    if (announced) {
      depart();
    }
    look();
  }

  // ---- The releaser's side

  @Override
  final void look() {
    if (hasListed()) {
      requestWake();
    }
  }

  // ---- The list, under its lock

  /** Grants what can be had; when nothing can, those who are first then are called. */
  @Override
  final @Nullable Parker next() {
    for (Waiter w; (w = first()) != null; ) {
      int ask = w.ask;
      int newStatus = Waiter.GRANTED;
      if (!tryGrant(ask)) {
        if (!isRefused(ask)) {
          Parker next = called ? null : call();
          if (next == null && ++vain > MAX_VAIN && ask == AcquireQueue.EXCLUSIVE) {
            handOffDue = true;
          }
          return next;
        }
        newStatus = Waiter.NOTIFIED;
      }
      Parker parker = w.parker();
      int s = settle(w, newStatus);
      if (s != Waiter.CANCELLED) {
        served();
      } else if (newStatus == Waiter.GRANTED) {
        putBack(ask);
        drain();
      }
      if (s == Waiter.WAITING) {
        more = true;
        return parker;
      }
    }
    return null;
  }

  /** Counts anew for the waiter that is first now. */
  @Override
  final void served() {
    called = false;
    vain = 0;
    if (handOffDue) {
      handOffDue = false;
    }
  }

  /**
   * Has the next of the first waiters spin that sleeps; returns whom to wake for that, and there
   * may be more of them.
   */
  private @Nullable Parker call() {
    Waiter w = first();
    for (int place = 0; place < CALLED && w != null; place++) {
      if (w.status() == Waiter.WAITING
          && maySpin(w)
          && w.casStatus(Waiter.WAITING, Waiter.SPINNING)) {
        more = true;
        return w.parker();
      }
      w = w.next;
    }
    called = true;
    return null;
  }
}
