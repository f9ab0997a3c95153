package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.Condvar;
import io.pawl.locks.Mutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** One thread waits for a flag under the mutex, the other sets it and signals. */
@JCStressTest
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The waiter got what the signaller wrote.")
@Outcome(expect = FORBIDDEN, desc = "The signal was lost, or the write was not seen.")
@State
@SuppressWarnings("LockNotBeforeTry") // an exception fails the test anyway
public class SignalHandsOver {

  private final Mutex mutex = new Mutex();
  private final Condvar changed = mutex.newCondition();
  private boolean ready;
  private int data;

  @Actor
  public void waiter(I_Result r) {
    mutex.lock();
    boolean signalled = true;
    while (!ready && signalled) {
      signalled = Limit.await(changed);
    }
    r.r1 = signalled ? data : -1;
    mutex.unlock();
  }

  @Actor
  public void signaller() {
    mutex.lock();
    data = 42;
    ready = true;
    changed.signal();
    mutex.unlock();
  }
}
