package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.OwnerLookup;
import io.pawl.internal.observe.ReleaseRecord;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.observe.WaitingTime;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a lock, as the lock and its conditions see it. An {@link AcquireQueue} lets
 * newcomers barge, a {@link FairQueue} does not.
 *
 * <p>What a thread asks for is a number: {@link AcquireQueue#EXCLUSIVE}, or how many permits it
 * wants of what can be shared.
 */
public abstract class LockQueue extends FencedQueue implements RequeueTarget, OwnerLookup {

  /** Whether the next release is to hand the lock over. */
  volatile boolean handOffDue;

  private static final AtomicReferenceFieldUpdater<LockQueue, @Nullable WaitingTime> WAITING_TIME =
      AtomicReferenceFieldUpdater.newUpdater(LockQueue.class, WaitingTime.class, "waitingTime");

  /** What the releases of this lock are charged; null unless somebody listens. */
  private volatile @Nullable WaitingTime waitingTime;

  LockQueue() {}

  // ---- The waiter's side

  /**
   * Waits until the lock is acquired. The current thread has tried in vain. If there is no memory
   * for a place in the queue, it tries and pauses by turns until there is.
   *
   * @param blocker what thread dumps show
   * @param ask {@link AcquireQueue#EXCLUSIVE}, or how many permits
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link AcquireQueue#ACQUIRED}, {@link AcquireQueue#TIMED_OUT} or {@link
   *     AcquireQueue#INTERRUPTED}
   */
  public final int acquire(Object blocker, int ask, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? acquireObserved(blocker, ask, interruptible, deadline)
        : acquireUnobserved(blocker, ask, interruptible, deadline);
  }

  private int acquireObserved(Object blocker, int ask, boolean interruptible, long deadline) {
    WaitRecord wait = began(blocker, ask);
    int result = Observers.FAILED;
    try {
      result = acquireUnobserved(blocker, ask, interruptible, deadline);
      if (result == AcquireQueue.ACQUIRED && ask == AcquireQueue.EXCLUSIVE) {
        ownedByCurrentThread(blocker);
      }
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private @Nullable WaitRecord began(Object blocker, int ask) {
    try {
      FirstWait.prepare();
      WaitingTime charged = WaitingTime.of(this, WAITING_TIME, blocker);
      return Observation.began(blocker, modeOf(ask), size(), this, charged);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError _) {
      return null;
    }
  }

  /** What a thread waits for that asks for something. */
  Wait.Mode modeOf(int ask) {
    return ask == AcquireQueue.EXCLUSIVE ? Wait.Mode.EXCLUSIVE : Wait.Mode.SHARED;
  }

  /** Nobody is known to hold it alone. */
  @Override
  public @Nullable Thread ownerOf(Object lock) {
    return null;
  }

  /** Nobody is. */
  @Override
  public void ownedByCurrentThread(Object lock) {}

  /** As {@link #acquire}, and nobody is told. */
  int acquireUnobserved(Object blocker, int ask, boolean interruptible, long deadline) {
    try {
      return acquireListed(blocker, ask, interruptible, deadline);
    } catch (OutOfMemoryError e) {
      return acquireInNeed(blocker, ask, interruptible, deadline);
    }
  }

  private int acquireListed(Object blocker, int ask, boolean interruptible, long deadline) {
    Waiter waiter = Waiter.take();
    waiter.ask = ask;
    int result = contend(waiter, false, blocker, interruptible, deadline);
    waiter.release();
    return result;
  }

  /** Acquires the lock for a thread that lacks the memory for a place in the queue. */
  final int acquireInNeed(Object blocker, int ask, boolean interruptible, long deadline) {
    for (int round = 0; ; round++) {
      try {
        int result = rest(round, interruptible, deadline);
        if (result != AcquireQueue.ACQUIRED || tryUnlisted(ask)) {
          return result;
        }
        return acquireListed(blocker, ask, interruptible, deadline);
      } catch (OutOfMemoryError e) {
        // The next round comes.
      }
    }
  }

  /**
   * A pause of a thread that has found no memory for a queue, or for its place in one, before it
   * tries again.
   *
   * @param round how many pauses there have been
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link AcquireQueue#ACQUIRED} if it is to try again, else how its wait has ended
   */
  public static int rest(int round, boolean interruptible, long deadline) {
    if (interruptible && Thread.interrupted()) {
      return AcquireQueue.INTERRUPTED;
    }
    // Without a deadline no class is used that may have to be loaded: there is no memory for that.
    if (deadline != Deadlines.FOREVER && Deadlines.passed(deadline)) {
      return AcquireQueue.TIMED_OUT;
    }
    Spin.rest(round);
    return AcquireQueue.ACQUIRED;
  }

  @Override
  public final void acquireAdopted(Waiter waiter, Object blocker) {
    contend(waiter, true, blocker, false, Deadlines.FOREVER);
    waiter.release();
  }

  /** Tries to acquire the lock for a thread that can't be listed. */
  abstract boolean tryUnlisted(int ask);

  /** Lists and announces the waiter unless it is adopted, and waits; counts it off in the end. */
  abstract int contend(
      Waiter w, boolean listed, Object blocker, boolean interruptible, long deadline);

  /**
   * Gives back the lock that was granted to the current thread, which can't use it.
   *
   * @param ask what the thread had asked for
   */
  protected abstract void giveBack(int ask);

  // ---- The releaser's side

  /** Called after the state has been freed and a light fence: looks after those who wait. */
  public final void released() {
    holdEnded();
    if (isWaited()) {
      if (waitingTime == null) {
        look();
      } else {
        lookObserved();
      }
    }
  }

  private void lookObserved() {
    ReleaseRecord release = Observation.charge(this, WAITING_TIME);
    look();
    if (release != null) {
      Observers.released(release);
    }
  }

  /** Charges the hand-over to the first waiter, unless that can't be handed the lock. */
  private @Nullable ReleaseRecord chargeHandOff() {
    if (waitingTime == null) {
      return null;
    }
    Waiter first = first();
    return first == null || !canBeHanded(first) ? null : Observation.charge(this, WAITING_TIME);
  }

  private static boolean canBeHanded(Waiter w) {
    return w.ask == AcquireQueue.EXCLUSIVE && !w.isOneOfSeveral();
  }

  /** Called by each thread that has released the lock. */
  void holdEnded() {}

  /** Has the queue looked at if that could be of use. */
  abstract void look();

  /**
   * Whether the next release should hand the lock over rather than free it.
   *
   * @return true if some thread has been passed over too often
   */
  public final boolean isHandOffDue() {
    return handOffDue;
  }

  /**
   * Gives the exclusively held lock to the thread at the head of the queue, in place of freeing it.
   * The caller has given up ownership in all but the state.
   *
   * @return false if that thread can't be handed it, there is none, or the list is in use; the
   *     caller still holds the lock
   */
  public final boolean handOff() {
    if (!tryLockList()) {
      return false;
    }
    drain();
    ReleaseRecord release = chargeHandOff();
    @Nullable Parker asleep = null;
    int found = Waiter.CANCELLED;
    for (Waiter w; found == Waiter.CANCELLED && (w = first()) != null && canBeHanded(w); ) {
      Parker parker = w.parker();
      found = settle(w, Waiter.GRANTED);
      asleep = found == Waiter.WAITING ? parker : null;
    }
    served();
    try {
      unlockList();
    } finally {
      if (asleep != null) {
        asleep.unpark();
      }
    }
    if (found == Waiter.CANCELLED) {
      return false;
    }
    if (release != null) {
      Observers.released(release);
    }
    return true;
  }

  /** Called with the list locked when a waiter has had its turn. */
  void served() {}

  /** Takes a waiter out and gives it a status unless it has given up; returns the one it had. */
  final int settle(Waiter w, int newStatus) {
    unlink(w);
    for (; ; ) {
      int s = w.status();
      if (s == Waiter.CANCELLED || w.casStatus(s, newStatus)) {
        return s;
      }
    }
  }
}
