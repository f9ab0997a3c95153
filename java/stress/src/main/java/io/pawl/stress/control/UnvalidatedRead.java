package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.SeqLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The reader of {@link io.pawl.stress.SeqLockReadIsNotTorn} that does not ask whether a writer has
 * come. It must be seen to fail, or the test of the lock proves nothing.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The reader came first.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(expect = FORBIDDEN, desc = "One field is from before and one from after the write.")
@State
public class UnvalidatedRead {

  private final SeqLock lock = new SeqLock();
  private int x;
  private int y;

  @Actor
  public void writer() {
    lock.writeLock().lock();
    try {
      x = 1;
      y = 1;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Actor
  public void reader(II_Result r) {
    long _ = lock.tryOptimisticRead();
    r.r2 = y;
    r.r1 = x;
  }
}
