package io.pawl.stress;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A lock that is broken on purpose: its release looks into the queue before it frees the state. */
final class EarlyLookLock extends AcquireQueue {

  private final AtomicInteger state = new AtomicInteger();

  void enterAndLeave() {
    if (!tryAcquire(EXCLUSIVE)) {
      int _ = acquire(this, EXCLUSIVE, false, Deadlines.FOREVER);
    }
    boolean waiters = !isEmpty();
    state.set(0);
    if (waiters) {
      released();
    }
  }

  @Override
  protected boolean tryAcquire(int ask) {
    return state.compareAndSet(0, 1);
  }

  @Override
  protected boolean isAvailable(int reason) {
    return state.get() == 0;
  }

  @Override
  protected void giveBack(int ask) {
    state.set(0);
    released();
  }
}
