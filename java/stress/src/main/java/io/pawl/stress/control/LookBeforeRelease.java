package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A lock whose release looks into the queue before it frees the state, and so misses a waiter that
 * lists itself between the two: has to fail, by the limit on the wait.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both got the lock.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up was lost.")
@State
public class LookBeforeRelease {

  private static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

  /** Makes the gap between the look and the release wide enough to be met soon. */
  private static final int GAP = 200;

  private final BrokenLock lock = new BrokenLock();

  @Actor
  public void first(II_Result r) {
    r.r1 = lock.enterAndLeave() ? 1 : 0;
  }

  @Actor
  public void second(II_Result r) {
    r.r2 = lock.enterAndLeave() ? 1 : 0;
  }

  private static final class BrokenLock extends AcquireQueue {

    private final AtomicInteger state = new AtomicInteger();

    boolean enterAndLeave() {
      if (!tryAcquire(EXCLUSIVE)
          && acquire(this, EXCLUSIVE, false, Deadlines.after(LIMIT)) != AcquireQueue.ACQUIRED) {
        return false;
      }
      boolean waiters = !isEmpty();
      for (int i = 0; i < GAP; i++) {
        Thread.onSpinWait();
      }
      state.set(0);
      if (waiters) {
        released();
      }
      return true;
    }

    @Override
    protected boolean tryAcquire(int ask) {
      return state.compareAndSet(0, 1);
    }

    @Override
    protected boolean isAvailable(int reason) {
      return state.get() == 0;
    }

    @Override
    protected void giveBack(int ask) {
      state.set(0);
      released();
    }
  }
}
