package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.queue.WaitQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** ReleaseLooksIntoTheQueue without the fence of the release: has to fail. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Each saw the other.")
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "The release will wake the waiter.")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "The waiter takes the lock.")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "The waiter sleeps for ever.")
@State
public class UnfencedRelease {

  static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(UnfencedRelease.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final WaitQueue queue = new WaitQueue();

  @SuppressWarnings("unused") // by its handle
  private int state = 1;

  @Actor
  public void release(ZZ_Result r) {
    STATE.setRelease(this, 0);
    r.r1 = !queue.isEmpty();
  }

  @Actor
  public void waiter(ZZ_Result r) {
    queue.announce();
    Fences.heavy();
    r.r2 = (int) STATE.getVolatile(this) == 0;
  }
}
