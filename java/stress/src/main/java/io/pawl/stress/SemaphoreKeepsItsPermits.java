package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * A thread that asks for all permits races one that gives up and asks for one: a look that finds
 * the first waiter blocked may wake nobody, if whatever changes that is followed by another look.
 */
@JCStressTest
@Outcome(id = "true, true, 3", expect = ACCEPTABLE, desc = "Nobody sleeps, nothing is lost.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up was lost, or a permit.")
@State
public class SemaphoreKeepsItsPermits {

  private static final int ALL = 3;

  private final Semaphore semaphore = new Semaphore(ALL);

  @Actor
  public void askForAll(ZZI_Result r) {
    r.r1 = useTwice(ALL);
  }

  @Actor
  public void giveUpAndAskForOne(ZZI_Result r) {
    boolean _ = use(2, 1, TimeUnit.MICROSECONDS);
    r.r2 = useTwice(1);
  }

  @Arbiter
  public void end(ZZI_Result r) {
    r.r3 = semaphore.availablePermits();
  }

  private boolean useTwice(int permits) {
    boolean used = use(permits, Limit.SECONDS, TimeUnit.SECONDS);
    return used && use(permits, Limit.SECONDS, TimeUnit.SECONDS);
  }

  private boolean use(int permits, long timeout, TimeUnit unit) {
    try {
      if (!semaphore.tryAcquire(permits, timeout, unit)) {
        return false;
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    semaphore.release(permits);
    return true;
  }
}
