package io.pawl.locks;

import java.util.concurrent.TimeUnit;

/** Ways to park, for tests. */
final class Parks {

  /** How many ways there are. */
  static final int WAYS = 6;

  private Parks() {}

  /** Parks in all ways, each with no time limit that matters, and does something before each. */
  static void inEveryWay(Object blocker, Runnable before) {
    long farAhead = System.currentTimeMillis() + TimeUnit.DAYS.toMillis(1);
    before.run();
    LockSupport.park();
    before.run();
    LockSupport.park(blocker);
    before.run();
    LockSupport.parkNanos(Long.MAX_VALUE);
    before.run();
    LockSupport.parkNanos(blocker, TimeUnit.HOURS.toNanos(1));
    before.run();
    LockSupport.parkUntil(farAhead);
    before.run();
    LockSupport.parkUntil(blocker, Long.MAX_VALUE);
  }

  /** Gives the current thread its permit. */
  static void unparkSelf() {
    LockSupport.unpark(Thread.currentThread());
  }
}
