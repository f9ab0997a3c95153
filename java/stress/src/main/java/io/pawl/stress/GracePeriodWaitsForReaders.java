package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.rcu.Rcu;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader reads a version of the data in a section while an updater replaces and closes it. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The reader came first.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The reader has read the new version.")
@Outcome(expect = FORBIDDEN, desc = "The reader has met a version that is closed.")
@State
public class GracePeriodWaitsForReaders {

  private final Rcu rcu = new Rcu();
  private final int[] closed = new int[2];
  private volatile int current;

  @Actor
  public void reader(II_Result r) {
    long section = rcu.enter();
    r.r1 = current;
    Thread.onSpinWait();
    r.r2 = closed[r.r1];
    rcu.exit(section);
  }

  @Actor
  public void updater() {
    current = 1;
    rcu.synchronize();
    closed[0] = 1;
  }
}
