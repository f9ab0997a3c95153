package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.RwLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A writer goes on as a reader while another writer waits. */
@JCStressTest
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "The downgrade came first.")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The other writer came first.")
@Outcome(expect = FORBIDDEN, desc = "The other writer came between, or a wake-up was lost.")
@State
public class DowngradeLetsNoWriterIn {

  private final RwLock lock = new RwLock();
  private int x;
  private boolean otherLost;

  @Actor
  public void downgrader(III_Result r) {
    if (Limit.acquire(lock.writeLock())) {
      x = 1;
      r.r1 = x;
      lock.writeLock().downgrade();
      r.r2 = x;
      lock.readLock().unlock();
    }
  }

  @Actor
  public void writer() {
    if (Limit.acquire(lock.writeLock())) {
      x = 2;
      lock.writeLock().unlock();
    } else {
      otherLost = true;
    }
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = otherLost ? -1 : x;
  }
}
