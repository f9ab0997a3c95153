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

/** Two readers want to become writers, to increment what they have read. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "Each kept the other from it.")
@Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "The first one did.")
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "The second one did.")
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "One after the other did.")
@Outcome(expect = FORBIDDEN, desc = "One wrote while the other read, or a hold stayed.")
@State
public class ReadersUpgradeOneByOne {

  private final StampedLock lock = new StampedLock();
  private int count;

  @Actor
  public void first(III_Result r) {
    r.r1 = incrementIfAlone();
  }

  @Actor
  public void second(III_Result r) {
    r.r2 = incrementIfAlone();
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = lock.tryWriteLock() == 0 ? -1 : count;
  }

  private int incrementIfAlone() {
    long stamp = lock.tryReadLock();
    if (stamp == 0) {
      return 0;
    }
    int seen = count;
    long write = lock.tryConvertToWriteLock(stamp);
    if (write == 0) {
      lock.unlockRead(stamp);
      return 0;
    }
    count = seen + 1;
    lock.unlockWrite(write);
    return 1;
  }
}
