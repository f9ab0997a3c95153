package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.queue.WaitQueue;
import io.pawl.internal.queue.Waiter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A waiter lists itself and looks at a flag, a waker sets the flag and wakes. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Woken.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Woken, and it saw the flag.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The waiter saw the flag and need not wait.")
@Outcome(expect = FORBIDDEN, desc = "The waiter sleeps for ever.")
@State
public class WakeOrSee {

  private final WaitQueue queue = new WaitQueue();
  private volatile int flag;

  @Actor
  public void waiter(II_Result r) {
    Waiter waiter = Waiter.take();
    queue.announce(waiter);
    queue.list(waiter, false);
    Fences.heavy();
    r.r1 = flag;
  }

  @Actor
  public void waker() {
    flag = 1;
    queue.wake(1);
  }

  @Arbiter
  public void end(II_Result r) {
    r.r2 = queue.threads().size();
  }
}
