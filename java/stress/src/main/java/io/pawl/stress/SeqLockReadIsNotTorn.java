package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.SeqLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer changes two plain fields, a reader without a lock reads them. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The reader came first.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "They met, and the reader was told so.")
@Outcome(expect = FORBIDDEN, desc = "A valid read saw one field before and one after the write.")
@State
public class SeqLockReadIsNotTorn {

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
    long stamp = lock.tryOptimisticRead();
    int seenY = y;
    int seenX = x;
    boolean valid = lock.validate(stamp);
    r.r1 = valid ? seenX : -1;
    r.r2 = valid ? seenY : -1;
  }
}
