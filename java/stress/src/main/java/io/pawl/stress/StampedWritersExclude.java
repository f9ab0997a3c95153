package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.StampedLock;
import java.util.concurrent.locks.Lock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two writers of a stamped lock increment a plain field, twice each. */
@JCStressTest
@Outcome(id = "2, 2, 4", expect = ACCEPTABLE, desc = "Each got the lock twice.")
@Outcome(expect = FORBIDDEN, desc = "Both were inside, or a wake-up was lost.")
@State
public class StampedWritersExclude {

  private static final int TIMES = 2;

  private final Lock lock = new StampedLock().asWriteLock();
  private int count;

  @Actor
  public void first(III_Result r) {
    r.r1 = incrementOften();
  }

  @Actor
  public void second(III_Result r) {
    r.r2 = incrementOften();
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = count;
  }

  private int incrementOften() {
    for (int i = 0; i < TIMES; i++) {
      if (!Limit.acquire(lock)) {
        return i;
      }
      count++;
      lock.unlock();
    }
    return TIMES;
  }
}
