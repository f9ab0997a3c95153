package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.RwLock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer goes on as a reader and does not leave before the other reader has come in. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both were inside as readers.")
@Outcome(expect = FORBIDDEN, desc = "The reader was not woken, or did not see the write.")
@State
@SuppressWarnings("LockNotBeforeTry") // an exception fails the test anyway
public class DowngradeWakesReaders {

  private final RwLock lock = new RwLock();
  private int x;
  private volatile boolean inside;

  @Actor
  public void downgrader(II_Result r) {
    lock.writeLock().lock();
    x = 1;
    lock.writeLock().downgrade();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Limit.SECONDS);
    while (!inside && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    r.r1 = inside ? 1 : 0;
    lock.readLock().unlock();
  }

  @Actor
  public void reader(II_Result r) {
    int seen = 0;
    while (seen == 0) {
      seen = read();
    }
    r.r2 = seen;
  }

  private int read() {
    lock.readLock().lock();
    try {
      inside = x == 1;
      return x;
    } finally {
      lock.readLock().unlock();
    }
  }
}
