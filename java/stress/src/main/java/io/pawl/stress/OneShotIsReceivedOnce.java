package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.channel.OneShot;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads receive what has been sent. */
@JCStressTest
@Outcome(
    id = {"true, false", "false, true"},
    expect = ACCEPTABLE,
    desc = "One receives it.")
@Outcome(expect = FORBIDDEN, desc = "Both receive it, or nobody does.")
@State
public class OneShotIsReceivedOnce {

  private final OneShot<String> oneShot = new OneShot<>();

  public OneShotIsReceivedOnce() {
    oneShot.sender().send("once");
  }

  @Actor
  public void first(ZZ_Result r) {
    r.r1 = receives();
  }

  @Actor
  public void second(ZZ_Result r) {
    r.r2 = receives();
  }

  private boolean receives() {
    try {
      return oneShot.receiver().tryReceive() != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
