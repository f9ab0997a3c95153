package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Semaphore;
import io.pawl.channel.Select;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * A thread waits for either of two semaphores, of which both get a permit at about the same time; a
 * third thread waits for the first one too. Whichever permit is taken, the wake of the other has to
 * reach the one that needs it.
 */
@JCStressTest
@Outcome(id = "true, true, 2", expect = ACCEPTABLE, desc = "Nobody sleeps, nothing is lost.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up was lost, or a permit, or two were taken.")
@State
public class SelectPassesTheWakeOn {

  private final Semaphore left = new Semaphore(1);
  private final Semaphore right = new Semaphore(0);
  private final Select select = new Select();
  private final Select.Case<Semaphore> fromLeft = select.acquire(left);
  private final Select.Case<Semaphore> fromRight = select.acquire(right);

  @Actor
  public void takeEither(ZZI_Result r) {
    Select.Case<?> taken = Limit.selected(select);
    r.r1 = taken != null;
    if (taken == fromLeft) {
      left.release();
    } else if (taken == fromRight) {
      right.release();
    }
  }

  @Actor
  public void giveBoth() {
    if (Limit.await(left::tryAcquire)) {
      right.release();
      left.release();
    }
  }

  @Actor
  public void takeTheFirst(ZZI_Result r) {
    r.r2 = Limit.await(left::tryAcquire);
    if (r.r2) {
      left.release();
    }
  }

  @Arbiter
  public void end(ZZI_Result r) {
    r.r3 = left.availablePermits() + right.availablePermits();
  }
}
