package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.atomic.AsymmetricFence;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The seldom side of AsymmetricFence against a side that keeps only the compiler in order,
 * whichever fences are in force.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The frequent side came last.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The seldom side came last.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other.")
@State
public class FencelessMeetsProcessWide extends TwoLines.Both {

  @Actor
  public void often(II_Result r) {
    x = 1;
    VarHandle.acquireFence();
    r.r1 = y;
  }

  @Actor
  public void seldom(II_Result r) {
    y = 1;
    AsymmetricFence.processWide();
    r.r2 = x;
  }
}
