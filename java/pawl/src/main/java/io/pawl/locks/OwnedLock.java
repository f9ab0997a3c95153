package io.pawl.locks;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.fence.Fences;
import io.pawl.internal.observe.Order;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.WaitQueue;
import java.io.Serial;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * What the locks with an owner have in common: a state, the owner, and a queue that is made when it
 * is first needed.
 */
abstract class OwnedLock extends AbstractOwnableSynchronizer {

  /*
   * State   FREE   nobody holds it
   *         HELD   held, or being handed over; a lock may have other values than FREE beside it
   *
   * Transitions
   *
   *     CAS, any thread, for itself or         granted: the queue's head becomes the owner
   *     for the head of a FairQueue
   *   FREE -------------------> HELD ----------------------------------------------> HELD
   *     ^                         |
   *     +-------------------------+
   *        release store, owner
   *
   * Invariants
   *   I1  The owner field is the holder while the lock is held, null while it is free or handed over;
   *       only the holder writes it, so a thread that finds itself there is the holder.
   *   I2  Waiters live in the queue, never in the state: the plain release store of an unlock cannot
   *       erase them.
   *   I3  An unlock frees the state before it looks into the queue; a waiter enters the queue before it
   *       looks at the state. The fences between make one see the other (AcquireQueue, I2).
   *
   * Memory order
   *   state   CAS to lock; store release, then Fences.light(), to unlock
   *   owner   plain; see I1
   *   queue   set once, by CAS; read after the light fence: a waiter has set it before it fences
   */
  static final int FREE = 0;
  static final int HELD = 1;

  static final AtomicIntegerFieldUpdater<OwnedLock> STATE =
      AtomicIntegerFieldUpdater.newUpdater(OwnedLock.class, "state");
  private static final AtomicReferenceFieldUpdater<OwnedLock, @Nullable LockQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(OwnedLock.class, LockQueue.class, "queue");

  static {
    LockParts.initialize();
    LockAccess.initialize();
    AcquireQueue.initialize();
    Preparation.begin();
  }

  @Serial private static final long serialVersionUID = 1L;

  transient volatile int state;
  private transient volatile @Nullable LockQueue queue;

  /** What this is a part of, or null; plain, as it is set before others see this lock. */
  transient @Nullable Object whole;

  OwnedLock() {
    if (Order.ON) {
      Ordered.made(this);
    }
  }

  /** Makes the queue, which knows how to acquire this lock. */
  abstract LockQueue newQueue();

  final boolean isOwner() {
    return getExclusiveOwnerThread() == Thread.currentThread();
  }

  final @Nullable Thread owner() {
    return getExclusiveOwnerThread();
  }

  final void setOwner(@Nullable Thread owner) {
    setExclusiveOwnerThread(owner);
  }

  /**
   * Acquires the lock if it is free. If the stack overflows in between, which the setter can do
   * where the deeper compare-and-set could not once it is compiled, the lock is free again.
   */
  final boolean tryAcquire(int held) {
    if (!STATE.compareAndSet(this, FREE, held)) {
      return false;
    }
    try {
      setExclusiveOwnerThread(Thread.currentThread());
    } catch (StackOverflowError e) {
      boolean _ = STATE.compareAndSet(this, held, FREE);
      wakeNext();
      throw e;
    }
    return true;
  }

  /** Tries to acquire the lock for a thread whose turn it is. */
  boolean tryTake(int ask) {
    return state == FREE && tryAcquire(HELD);
  }

  /** Waits for the lock, which the current thread has tried in vain to acquire. */
  final int acquireQueued(int ask, boolean interruptible, long deadline) {
    LockQueue q = queue;
    int result =
        q != null
            ? q.acquire(this, ask, interruptible, deadline)
            : acquireFirst(ask, interruptible, deadline);
    if (result == AcquireQueue.ACQUIRED && ask == AcquireQueue.EXCLUSIVE) {
      setExclusiveOwnerThread(Thread.currentThread());
    }
    return result;
  }

  /**
   * Waits as the first who ever has to; if there is no memory for a queue it pauses and tries
   * again.
   */
  private int acquireFirst(int ask, boolean interruptible, long deadline) {
    LockQueue q = null;
    for (int round = 0; q == null; round++) {
      try {
        q = queue();
      } catch (OutOfMemoryError e) {
        int result = LockQueue.rest(round, interruptible, deadline);
        if (result != AcquireQueue.ACQUIRED || tryTake(ask)) {
          return result;
        }
      }
    }
    return q.acquire(this, ask, interruptible, deadline);
  }

  /** Frees the lock, which the current thread holds once, or hands it over. */
  final void release() {
    LockQueue q = queue;
    if (q != null && q.isHandOffDue()) {
      handOff(q);
    } else {
      replace(FREE);
    }
  }

  private void handOff(LockQueue q) {
    Thread owner = getExclusiveOwnerThread();
    setExclusiveOwnerThread(null);
    if (!q.handOff()) {
      setExclusiveOwnerThread(owner);
      replace(FREE);
    }
  }

  /** Gives up ownership and changes the state; the lock is as it was if the stack overflows. */
  final void replace(int newState) {
    Thread owner = getExclusiveOwnerThread();
    setExclusiveOwnerThread(null);
    try {
      STATE.lazySet(this, newState);
    } catch (StackOverflowError e) {
      setExclusiveOwnerThread(owner);
      throw e;
    }
    wakeNext();
  }

  /** Wakes a waiter if need be, after the state has been changed in favour of one. */
  final void wakeNext() {
    Fences.light();
    LockQueue q = queue;
    if (q != null) {
      q.released();
    }
  }

  final @Nullable LockQueue queueOrNull() {
    return queue;
  }

  final LockQueue queue() {
    LockQueue q = queue;
    return q != null ? q : WaitQueue.install(QUEUE, this, newQueue());
  }

  /** This lock as its conditions see it. */
  ConditionLock conditionLock() {
    return new ExclusiveCondition(this);
  }

  /** Makes a condition; the queue of a lock that has conditions connects them with it. */
  final Condvar makeCondition() {
    LockQueue _ = queue();
    return new Condvar(conditionLock());
  }

  /** Whether threads wait, which the newcomers of a fair lock queue behind. */
  final boolean isQueued() {
    LockQueue q = queue;
    return q != null && !q.isEmpty();
  }

  final int queueLength() {
    LockQueue q = queue;
    return q == null ? 0 : q.size();
  }
}
