package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;

/**
 * The queue of a lock that has one holder at a time, whose state is the number of its holds; it
 * also connects the lock with its conditions.
 */
final class ExclusiveQueue extends AcquireQueue implements ConditionLock {

  private final OwnedLock lock;

  private ExclusiveQueue(OwnedLock lock, boolean fair) {
    super(fair);
    this.lock = lock;
  }

  /** Initializes this class, beside its superclasses. */
  static void initializeAll() {
    AcquireQueue.initialize();
  }

  /** Makes a queue, of a type that does not have this class loaded before it is needed. */
  static AcquireQueue of(OwnedLock lock, boolean fair) {
    return new ExclusiveQueue(lock, fair);
  }

  @Override
  protected boolean tryAcquire(int ask) {
    return lock.tryTake(ask);
  }

  @Override
  protected boolean isAvailable(int reason) {
    return lock.state == OwnedLock.FREE;
  }

  @Override
  protected void giveBack(int ask) {
    reacquired(OwnedLock.HELD);
    lock.release();
  }

  @Override
  public boolean isHeldByCurrentThread() {
    return lock.isOwner();
  }

  @Override
  public long heldAs() {
    return lock.state;
  }

  /** The count is put aside before the lock is freed: a hand-off passes it on as a single hold. */
  @Override
  public void releaseFully() {
    int holds = lock.state;
    if (holds != OwnedLock.HELD) {
      OwnedLock.STATE.lazySet(lock, OwnedLock.HELD);
    }
    try {
      lock.release();
    } catch (Throwable t) {
      if (lock.isOwner()) {
        OwnedLock.STATE.lazySet(lock, holds);
      }
      throw t;
    }
  }

  @Override
  public void reacquired(long holds) {
    lock.setOwner(Thread.currentThread());
    if (holds != OwnedLock.HELD) {
      OwnedLock.STATE.lazySet(lock, (int) holds);
    }
  }

  @Override
  public void acquire() {
    if (!isEmpty() || !lock.tryAcquire(OwnedLock.HELD)) {
      int _ = lock.acquireQueued(EXCLUSIVE, false, Deadlines.FOREVER);
    }
  }

  @Override
  public boolean tryAcquire() {
    return lock.tryAcquire(OwnedLock.HELD);
  }

  @Override
  public AcquireQueue queue() {
    return this;
  }

  @Override
  public Object blocker() {
    return lock;
  }
}
