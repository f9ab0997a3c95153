package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Phaser;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A first party of a child phaser comes while another comes, or leaves as the last: the parent
 * counts the child once (I3, I4 of Phaser). The result is the child's parties, and the parent's
 * parties and unarrived parties beside its own.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "One party stays, and the child with it.")
@Outcome(expect = FORBIDDEN, desc = "The child was counted twice, or not at all.")
@State
public class ChildJoinsOnce {

  private final Phaser root = new Phaser(1);
  private final Phaser child = new Phaser(root);

  @Actor
  public void stays() {
    int _ = child.register();
  }

  @Actor
  public void comesAndGoes() {
    int _ = child.register();
    int _ = child.arriveAndDeregister();
  }

  @Arbiter
  public void count(III_Result r) {
    r.r1 = child.getRegisteredParties();
    r.r2 = root.getRegisteredParties() - 1;
    r.r3 = root.getUnarrivedParties() - 1;
  }
}
