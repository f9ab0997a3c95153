package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.stress.TwoLines;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * LightMeetsHeavy with no light fence and an ordinary full fence on the heavy side: has to fail
 * even in an interpreter, where the light fence is a call of a native method.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The unfenced side came last.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The ordinary side came last.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other.")
@State
public class NothingMeetsOrdinary extends TwoLines.Both {

  @Actor
  public void unfenced(II_Result r) {
    x = 1;
    r.r1 = y;
  }

  @Actor
  public void ordinary(II_Result r) {
    y = 1;
    VarHandle.fullFence();
    r.r2 = x;
  }
}
