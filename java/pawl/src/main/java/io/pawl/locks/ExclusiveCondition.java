package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.RequeueTarget;

/** A lock that one thread holds at a time, as its conditions see it. */
record ExclusiveCondition(OwnedLock lock) implements ConditionLock {

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
    if (lock.isQueued() || !lock.tryAcquire(OwnedLock.HELD)) {
      int _ = lock.acquireQueued(AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
    }
  }

  @Override
  public boolean tryAcquire() {
    return lock.tryAcquire(OwnedLock.HELD);
  }

  @Override
  public RequeueTarget queue() {
    return lock.queue();
  }

  @Override
  public Object blocker() {
    return lock;
  }
}
