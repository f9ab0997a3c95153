package io.pawl.locks;

import io.pawl.internal.queue.FairQueue;
import org.jspecify.annotations.Nullable;

/** Connects the queue of a fair lock that one thread holds at a time with it. */
final class FairExclusiveQueue extends FairQueue {

  private final OwnedLock lock;

  FairExclusiveQueue(OwnedLock lock) {
    this.lock = lock;
  }

  @Override
  protected boolean isAvailable(int ask) {
    return lock.state == OwnedLock.FREE;
  }

  @Override
  protected boolean tryGrant(int ask) {
    return lock.state == OwnedLock.FREE
        && OwnedLock.STATE.compareAndSet(lock, OwnedLock.FREE, OwnedLock.HELD);
  }

  @Override
  protected void putBack(int ask) {
    lock.state = OwnedLock.FREE;
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
