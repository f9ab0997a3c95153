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
 * The last of more readers than the state word of a stamped lock counts leaves while another one
 * comes and goes.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "The other one got in, and both are gone.")
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
    for (int i = 1; i < READERS; i++) {
      lock.unlockRead(stamp);
    }
    held = stamp;
  }

  @Actor
  public void last() {
    lock.unlockRead(held);
  }

  @Actor
  public void other(III_Result r) {
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
