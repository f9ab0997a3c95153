package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.channel.OneShot;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A sender sends an array that it has just filled, a receiver reads it if it is there. */
@JCStressTest
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "The receiver came first.")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "The sender came first.")
@Outcome(expect = FORBIDDEN, desc = "What was sent was not seen as it was sent.")
@State
public class OneShotPublishes {

  private final OneShot<int[]> oneShot = new OneShot<>();

  @Actor
  public void sender() {
    int[] array = new int[1];
    array[0] = 1;
    oneShot.sender().send(array);
  }

  @Actor
  public void receiver(I_Result r) {
    int[] array = oneShot.receiver().tryReceive();
    r.r1 = array == null ? -1 : array[0];
  }
}
