package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.Mutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Unlocking races the queueing of a waiter, again and again, so that a woken thread also finds the
 * mutex taken and is listed again while releases skip their wake because of it: I2 (a) and (b) of
 * AcquireQueue. A lost wake-up leaves a waiter for which the limit on its wait speaks.
 */
@JCStressTest
@Outcome(id = "4, 4, 8", expect = ACCEPTABLE, desc = "Each got the mutex four times.")
@Outcome(expect = FORBIDDEN, desc = "A wake-up was lost, or an increment.")
@State
public class MutexKeepsItsWakes {

  private static final int TIMES = 4;

  private final Mutex mutex = new Mutex();
  private int count;

  @Actor
  public void first(III_Result r) {
    r.r1 = incrementOften();
  }

  @Actor
  public void second(III_Result r) {
    r.r2 = incrementOften();
  }

  @Arbiter
  public void end(III_Result r) {
    r.r3 = count;
  }

  private int incrementOften() {
    for (int i = 0; i < TIMES; i++) {
      if (!Limit.acquire(mutex)) {
        return i;
      }
      count++;
      mutex.unlock();
    }
    return TIMES;
  }
}
