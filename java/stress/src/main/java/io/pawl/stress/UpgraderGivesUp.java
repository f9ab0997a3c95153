package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.RwLock;
import io.pawl.locks.UpgradableReadLock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An upgrader that gives up, or has just been left alone, meets a reader that leaves and one that
 * has come in vain.
 */
@JCStressTest
@Outcome(id = "[01], 1, 1", expect = ACCEPTABLE, desc = "All were served, and nothing is held.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up or a read lock was lost.")
@State
public class UpgraderGivesUp {

  private final RwLock lock = new RwLock();
  private final UpgradableReadLock upgradable = lock.upgradableReadLock();

  @Actor
  public void upgrader(III_Result r) {
    if (Limit.acquire(upgradable)) {
      r.r1 = Limit.await((_, _) -> upgradable.tryUpgrade(1, TimeUnit.MICROSECONDS)) ? 1 : 0;
      upgradable.unlock();
    } else {
      r.r1 = -1;
    }
  }

  @Actor
  public void leaver() {
    if (lock.readLock().tryLock()) {
      lock.readLock().unlock();
    }
  }

  @Actor
  public void newcomer(III_Result r) {
    if (Limit.acquire(lock.readLock())) {
      r.r2 = 1;
      lock.readLock().unlock();
    }
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = lock.writeLock().tryLock() ? 1 : 0;
  }
}
