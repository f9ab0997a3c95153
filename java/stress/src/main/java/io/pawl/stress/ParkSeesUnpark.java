package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.LockSupport;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A thread is unparked while it consumes a permit that it has already, or while it falls asleep: I2
 * and the memory order of Permit. Nothing but the permit orders the accesses to the data, so a
 * permit that is lost, or that comes without the write before it, leaves the thread to its limit.
 */
@JCStressTest
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The thread got what was written before.")
@Outcome(expect = FORBIDDEN, desc = "The permit was lost, or the write was not seen.")
@State
public class ParkSeesUnpark {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(Limit.SECONDS);

  private volatile @Nullable Thread parking;
  private int data;

  @Actor
  public void park(I_Result r) {
    parking = Thread.currentThread();
    LockSupport.unpark(parking);
    long start = System.nanoTime();
    while (data == 0) {
      LockSupport.parkNanos(this, LIMIT_NANOS);
      if (System.nanoTime() - start >= LIMIT_NANOS) {
        r.r1 = -1;
        return;
      }
    }
    r.r1 = data;
  }

  @Actor
  public void unpark() {
    while (parking == null) {
      Thread.onSpinWait();
    }
    data = 42;
    LockSupport.unpark(parking);
  }
}
