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

/** An upgradable reader becomes the writer while a reader leaves and a writer waits. */
@JCStressTest
@Outcome(id = "0, 0, 11", expect = ACCEPTABLE, desc = "The upgrade came first.")
@Outcome(id = "10, 10, 11", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(expect = FORBIDDEN, desc = "The writer came between, or a wake-up was lost.")
@State
public class UpgradeLetsNoWriterIn {

  private final RwLock lock = new RwLock();
  private final UpgradableReadLock upgradable = lock.upgradableReadLock();
  private int x;
  private boolean lost;

  @Actor
  public void upgrader(III_Result r) {
    if (!Limit.acquire(upgradable)) {
      lost = true;
      return;
    }
    r.r1 = x;
    if (Limit.await(this::upgrade)) {
      r.r2 = x;
      x++;
    } else {
      lost = true;
    }
    upgradable.unlock();
  }

  private boolean upgrade(long time, TimeUnit unit) throws InterruptedException {
    return upgradable.tryUpgrade(time, unit);
  }

  @Actor
  public void writer() {
    if (Limit.acquire(lock.writeLock())) {
      x += 10;
      lock.writeLock().unlock();
    } else {
      lost = true;
    }
  }

  @Actor
  public void reader() {
    if (Limit.acquire(lock.readLock())) {
      lock.readLock().unlock();
    } else {
      lost = true;
    }
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = lost || !lock.writeLock().tryLock() ? -1 : x;
  }
}
