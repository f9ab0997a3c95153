package io.pawl.internal.park;

import java.util.concurrent.locks.LockSupport;

/** Parks a thread through {@link LockSupport}, which keeps the permit. */
abstract sealed class LockSupportParker extends Parker permits VirtualParker, PlatformParker {

  LockSupportParker() {}

  @Override
  public final void park(Object blocker, long deadline, boolean interruptible) {
    OwedWakes.pay();
    if (deadline == Deadlines.FOREVER) {
      LockSupport.park(blocker);
    } else {
      LockSupport.parkNanos(blocker, deadline - System.nanoTime());
    }
  }

  @Override
  public final void park(long deadline) {
    OwedWakes.pay();
    sleep(deadline);
  }

  /** Parks the current thread, with the blocker that it has. */
  static void sleep(long deadline) {
    if (deadline == Deadlines.FOREVER) {
      LockSupport.park();
    } else {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }

  @Override
  final void wake() {
    LockSupport.unpark(thread());
  }

  @Override
  final void wakeAgain() {
    wake();
  }
}
