package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.atomic.AsymmetricFence;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The contract of AsymmetricFence on plain fields: each side stores, fences and loads what the
 * other has stored.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The frequent side came last.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The seldom side came last.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other.")
@State
public class LightMeetsProcessWide extends TwoLines.Both {

  @Actor
  public void often(II_Result r) {
    x = 1;
    AsymmetricFence.light();
    r.r1 = y;
  }

  @Actor
  public void seldom(II_Result r) {
    y = 1;
    AsymmetricFence.processWide();
    r.r2 = x;
  }
}
