package io.pawl.internal.park;

import java.util.concurrent.locks.LockSupport;

/**
 * Parks a thread through {@link LockSupport}, which keeps the permit: a virtual thread, which must
 * not block in a native call, or a platform thread while there are no native waits.
 */
final class LockSupportParker extends Parker {

  LockSupportParker(Thread thread) {
    super(thread);
  }

  @Override
  public boolean isCurrent() {
    return thread().isVirtual() || !isNative();
  }

  @Override
  public void park(Object blocker, long deadline, boolean interruptible) {
    if (deadline == Deadlines.FOREVER) {
      LockSupport.park(blocker);
    } else {
      LockSupport.parkNanos(blocker, deadline - System.nanoTime());
    }
  }

  @Override
  public void park(long deadline) {
    if (deadline == Deadlines.FOREVER) {
      LockSupport.park();
    } else {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }

  @Override
  public void unpark() {
    LockSupport.unpark(thread());
  }
}
