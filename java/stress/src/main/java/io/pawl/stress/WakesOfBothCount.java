package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.queue.WaitQueue;
import io.pawl.internal.queue.Waiter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * Two threads wake one waiter each, and the first also cancels one: requests that are left to the
 * thread that has the list locked are served.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "Cancelled; the wakes went to the others.")
@Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "The three are woken but one.")
@Outcome(expect = FORBIDDEN, desc = "A wake was lost or served twice.")
@State
public class WakesOfBothCount {

  private final WaitQueue queue = new WaitQueue();
  private final Waiter first = listed();

  @SuppressWarnings("unused") // the queue holds it
  private final Waiter second = listed();

  @SuppressWarnings("unused") // the queue holds it
  private final Waiter third = listed();

  @Actor
  public void leaver(ZI_Result r) {
    queue.wake(1);
    r.r1 = queue.cancel(first);
  }

  @Actor
  public void waker() {
    queue.wake(1);
  }

  @Arbiter
  public void end(ZI_Result r) {
    r.r2 = queue.threads().size();
  }

  private Waiter listed() {
    Waiter waiter = Waiter.take();
    queue.announce(waiter);
    queue.list(waiter, false);
    return waiter;
  }
}
