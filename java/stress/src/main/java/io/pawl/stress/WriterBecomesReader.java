package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.StampedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One writer turns its lock into a read lock and reads its own write, which another one changes.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The other one was kept out until the end.")
@Outcome(expect = FORBIDDEN, desc = "The other one got in between, or was not woken.")
@State
public class WriterBecomesReader {

  private final StampedLock lock = new StampedLock();
  private int x;

  @Actor
  public void converter(II_Result r) {
    long stamp = lock.writeLock();
    x = 1;
    stamp = lock.tryConvertToReadLock(stamp);
    r.r1 = x;
    lock.unlockRead(stamp);
  }

  @Actor
  public void writer(II_Result r) {
    if (Limit.acquire(lock.asWriteLock())) {
      x = 2;
      lock.asWriteLock().unlock();
      r.r2 = 1;
    }
  }
}
