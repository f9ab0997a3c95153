package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.ReentrantLock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Unlocking a fair lock races a thread that waits for it, gives up soon, and comes back: I3 of
 * FairQueue. A grant that is lost leaves the lock held by nobody, for which the limit on the second
 * wait speaks.
 */
@JCStressTest
@Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "It gave up first, then got the lock.")
@Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "It got the lock both times.")
@Outcome(expect = FORBIDDEN, desc = "A grant was lost, or went to a thread that gave up.")
@State
public class GrantMeetsALeaver {

  private static final int SHORT_NANOS = 1;

  /** About as many steps as the leaver looks at the lock before it gives up. */
  private static final int HOLD = 20;

  private final ReentrantLock lock = new ReentrantLock(true);
  private int count;

  @Actor
  public void holder() {
    if (Limit.acquire(lock)) {
      for (int i = 0; i < HOLD; i++) {
        Thread.onSpinWait();
      }
      int _ = countIf(true);
    }
  }

  @Actor
  public void leaver(III_Result r) {
    r.r1 = countIf(acquireSoon());
    r.r2 = countIf(Limit.acquire(lock));
  }

  @Arbiter
  public void end(III_Result r) {
    boolean free = !lock.isLocked() && lock.getQueueLength() == 0;
    r.r3 = free ? count : -1;
  }

  private boolean acquireSoon() {
    try {
      return lock.tryLock(SHORT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int countIf(boolean acquired) {
    if (!acquired) {
      return 0;
    }
    count++;
    lock.unlock();
    return 1;
  }
}
