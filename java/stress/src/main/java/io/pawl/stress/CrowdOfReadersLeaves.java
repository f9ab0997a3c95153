package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.StampedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The last two of more readers than the state word of a stamped lock counts leave while a third one
 * comes and goes.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "The third got in, and all are gone.")
@Outcome(expect = FORBIDDEN, desc = "A reader was counted wrongly or turned away.")
@State
public class CrowdOfReadersLeaves {

  private static final int READERS = 64;

  private final StampedLock lock = new StampedLock();
  private final long held;

  public CrowdOfReadersLeaves() {
    long stamp = 0;
    for (int i = 0; i < READERS; i++) {
      stamp = lock.readLock();
    }
    for (int i = 2; i < READERS; i++) {
      lock.unlockRead(stamp);
    }
    held = stamp;
  }

  @Actor
  public void first() {
    lock.unlockRead(held);
  }

  @Actor
  public void second() {
    lock.unlockRead(held);
  }

  @Actor
  public void third(III_Result r) {
    long stamp = lock.tryReadLock();
    r.r1 = stamp == 0 ? 0 : 1;
    if (stamp != 0) {
      lock.unlockRead(stamp);
    }
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = lock.getReadLockCount();
    r.r2 = lock.tryWriteLock() == 0 ? 0 : 1;
  }
}
