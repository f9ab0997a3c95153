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

/** One of two listed waiters is cancelled while one wake comes. */
@JCStressTest
@Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "Cancelled; the wake went to the other.")
@Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "Woken; the other still waits.")
@Outcome(expect = FORBIDDEN, desc = "The wake was lost, or it woke both.")
@State
public class CancelPassesTheWakeOn {

  private final WaitQueue queue = new WaitQueue();
  private final Waiter first = listed();

  @SuppressWarnings("unused") // the queue holds it
  private final Waiter second = listed();

  @Actor
  public void leaver(ZI_Result r) {
    r.r1 = queue.cancel(first);
    queue.depart();
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
