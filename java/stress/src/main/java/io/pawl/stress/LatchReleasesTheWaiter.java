package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.CountDownLatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads count a latch down while another comes to wait for it. */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "The waiter sees what both have written.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up was lost, or a write was not seen.")
@State
public class LatchReleasesTheWaiter {

  private final CountDownLatch latch = new CountDownLatch(2);
  private int first;
  private int second;

  @Actor
  public void countDownOnce() {
    first = 1;
    latch.countDown();
  }

  @Actor
  public void countDownAsWell() {
    second = 2;
    latch.countDown();
  }

  @Actor
  public void waiter(II_Result r) {
    if (Limit.await(latch::await)) {
      r.r1 = first;
      r.r2 = second;
    }
  }
}
