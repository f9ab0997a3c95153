package io.pawl.locks;

import io.pawl.internal.queue.AcquireQueue;
import org.jspecify.annotations.Nullable;

/** Connects the queue of a lock that one thread holds at a time, and that is not fair, with it. */
final class ExclusiveQueue extends AcquireQueue {

  private final OwnedLock lock;

  ExclusiveQueue(OwnedLock lock) {
    this.lock = lock;
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
  public @Nullable Thread ownerOf(Object asked) {
    return lock.owner();
  }

  @Override
  public void ownedByCurrentThread(Object asked) {
    lock.setOwner(Thread.currentThread());
  }

  @Override
  protected void giveBack(int ask) {
    lock.setOwner(Thread.currentThread());
    lock.release();
  }
}
