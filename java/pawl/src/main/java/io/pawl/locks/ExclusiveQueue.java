package io.pawl.locks;

import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;

/** Connects the queue of a lock that one thread holds at a time, and that is not fair, with it. */
final class ExclusiveQueue extends AcquireQueue {

  private final OwnedLock lock;

  private ExclusiveQueue(OwnedLock lock) {
    this.lock = lock;
  }

  /** Initializes this class, beside its superclasses. */
  static void initializeAll() {
    AcquireQueue.initialize();
  }

  /** Makes a queue, of a type that does not have this class loaded before it is needed. */
  static LockQueue of(OwnedLock lock) {
    return new ExclusiveQueue(lock);
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
    lock.setOwner(Thread.currentThread());
    lock.release();
  }
}
