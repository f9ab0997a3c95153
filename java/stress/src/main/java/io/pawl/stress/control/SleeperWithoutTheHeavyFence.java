package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.queue.WaitQueue;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * ReleaseLooksIntoTheQueue with an ordinary full fence on the waiter's side: has to fail while
 * fences are asymmetric and the release is compiled.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "The release will wake the waiter.")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "The waiter takes the lock.")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "The waiter sleeps for ever.")
@State
public class SleeperWithoutTheHeavyFence {

  private static final AtomicIntegerFieldUpdater<SleeperWithoutTheHeavyFence> STATE =
      AtomicIntegerFieldUpdater.newUpdater(SleeperWithoutTheHeavyFence.class, "state");

  private final WaitQueue queue = new WaitQueue();
  private volatile int state = 1;

  @Actor
  public void release(ZZ_Result r) {
    STATE.lazySet(this, 0);
    Fences.light();
    r.r1 = !queue.isEmpty();
  }

  @Actor
  public void waiter(ZZ_Result r) {
    queue.announce();
    VarHandle.fullFence();
    r.r2 = state == 0;
  }
}
