package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.FairMutex;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Unlocking races a thread that waits for the mutex, gives up soon, and comes back: I5 of
 * HandOffQueue. A hand-off that is lost leaves the mutex held by nobody, for which the limit on the
 * second wait speaks.
 */
@JCStressTest
@Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "It gave up first, then got the mutex.")
@Outcome(id = "1, 1, 3", expect = ACCEPTABLE, desc = "It got the mutex both times.")
@Outcome(expect = FORBIDDEN, desc = "A hand-off was lost, or went to a thread that gave up.")
@State
public class HandOffMeetsALeaver {

  private static final int SHORT_NANOS = 1;

  /** About as many steps as the leaver looks at the lock before it gives up. */
  private static final int HOLD = 20;

  private final FairMutex mutex = new FairMutex();
  private int count;

  @Actor
  public void holder() {
    if (Limit.acquire(mutex)) {
      for (int i = 0; i < HOLD; i++) {
        Thread.onSpinWait();
      }
      int _ = countIf(true);
    }
  }

  @Actor
  public void leaver(III_Result r) {
    r.r1 = countIf(acquireSoon());
    r.r2 = countIf(Limit.acquire(mutex));
  }

  @Arbiter
  public void end(III_Result r) {
    boolean free = !mutex.isLocked() && mutex.getQueueLength() == 0;
    r.r3 = free ? count : -1;
  }

  private boolean acquireSoon() {
    try {
      return mutex.tryLock(SHORT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int countIf(boolean acquired) {
    if (!acquired) {
      return 0;
    }
    count++;
    mutex.unlock();
    return 1;
  }
}
