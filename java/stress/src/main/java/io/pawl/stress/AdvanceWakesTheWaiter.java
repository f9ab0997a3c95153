package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The last arrival races a thread that comes to wait, so it looks for waiters while one is being
 * listed: the protocol of GateQueue.
 */
@JCStressTest
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The waiter got what was written before arrival.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or the write was not seen.")
@State
public class AdvanceWakesTheWaiter {

  private final Phaser phaser = new Phaser(1);
  private int data;

  @Actor
  public void waiter(I_Result r) {
    try {
      int _ = phaser.awaitAdvanceInterruptibly(0, Limit.SECONDS, TimeUnit.SECONDS);
      r.r1 = data;
    } catch (TimeoutException e) {
      r.r1 = -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Actor
  public void arriving() {
    data = 42;
    int _ = phaser.arrive();
  }
}
