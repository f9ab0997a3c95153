package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.FairMutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads increment a plain field under a fair mutex. */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "The first actor came first.")
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "The second actor came first.")
@Outcome(expect = FORBIDDEN, desc = "Both were inside, or one did not see the other's write.")
@State
@SuppressWarnings("LockNotBeforeTry") // an exception fails the test anyway
public class FairMutexExcludes {

  private final FairMutex mutex = new FairMutex();
  private int count;

  @Actor
  public void first(II_Result r) {
    mutex.lock();
    r.r1 = ++count;
    mutex.unlock();
  }

  @Actor
  public void second(II_Result r) {
    mutex.lock();
    r.r2 = ++count;
    mutex.unlock();
  }
}
