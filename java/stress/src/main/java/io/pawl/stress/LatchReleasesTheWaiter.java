package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.CountDownLatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A latch is counted down while a thread comes to wait for it. */
@JCStressTest
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The waiter sees what was written before.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or the write was not seen.")
@State
public class LatchReleasesTheWaiter {

  private final CountDownLatch latch = new CountDownLatch(2);
  private int data;

  @Actor
  public void countDown() {
    latch.countDown();
    data = 42;
    latch.countDown();
  }

  @Actor
  public void waiter(I_Result r) {
    r.r1 = Limit.await(latch::await) ? data : -1;
  }
}
