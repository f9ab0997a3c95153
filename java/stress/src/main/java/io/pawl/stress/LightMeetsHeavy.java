package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.fence.Fences;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The contract of Fences and nothing else, on plain fields: each side stores, fences and loads what
 * the other has stored. Interpreted, where every call of a library method is a fence of its own,
 * only plain fields leave the light side unfenced.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The light side came last.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The heavy side came last.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other.")
@State
public class LightMeetsHeavy extends TwoLines.Both {

  @Actor
  public void light(II_Result r) {
    x = 1;
    Fences.light();
    r.r1 = y;
  }

  @Actor
  public void heavy(II_Result r) {
    y = 1;
    Fences.heavy();
    r.r2 = x;
  }
}
