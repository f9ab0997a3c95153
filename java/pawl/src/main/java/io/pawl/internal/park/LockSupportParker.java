package io.pawl.internal.park;

import java.util.concurrent.locks.LockSupport;

/** Parks a thread through {@link LockSupport}, which keeps the permit. */
abstract sealed class LockSupportParker extends Parker permits VirtualParker, PlatformParker {

  LockSupportParker() {}

  @Override
  public final void park(Object blocker, long deadline, boolean interruptible) {
    long end = Rescuer.INSTANCE.enter(deadline);
    try {
      if (end == Deadlines.FOREVER) {
        LockSupport.park(blocker);
      } else {
        LockSupport.parkNanos(blocker, end - System.nanoTime());
      }
    } finally {
      Rescuer.INSTANCE.leave();
    }
  }

  @Override
  public final void park(long deadline) {
    sleep(deadline);
  }

  /** Initializes what a park needs, see {@link Parker#initialize}. */
  static void initializeSupport() {
    LockSupport.unpark(null);
  }

  /** Parks the current thread, with the blocker that it has. */
  static void sleep(long deadline) {
    long end = Rescuer.INSTANCE.enter(deadline);
    try {
      if (end == Deadlines.FOREVER) {
        LockSupport.park();
      } else {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    } finally {
      Rescuer.INSTANCE.leave();
    }
  }

  @Override
  final void wake() {
    LockSupport.unpark(thread());
  }

  @Override
  void wakeAgain() {
    wake();
  }
}
