package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.fence.Fences;
import io.pawl.stress.TwoLines;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * LightMeetsHeavy with an ordinary full fence on the heavy side: has to fail while fences are
 * asymmetric, for the light side then keeps only the compiler in order.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The light side came last.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The ordinary side came last.")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other.")
@State
public class LightMeetsOrdinary extends TwoLines.Both {

  @Actor
  public void light(II_Result r) {
    x = 1;
    Fences.light();
    r.r1 = y;
  }

  @Actor
  public void ordinary(II_Result r) {
    y = 1;
    VarHandle.fullFence();
    r.r2 = x;
  }
}
