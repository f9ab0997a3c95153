package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.RwLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer changes two plain fields, a reader reads them. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The reader came first.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(
    expect = FORBIDDEN,
    desc = "The reader was inside together with the writer, or saw old values.")
@State
@SuppressWarnings("LockNotBeforeTry") // an exception fails the test anyway
public class ReaderSeesWholeWrites {

  private final RwLock lock = new RwLock();
  private int x;
  private int y;

  @Actor
  public void writer() {
    lock.writeLock().lock();
    x = 1;
    y = 1;
    lock.writeLock().unlock();
  }

  @Actor
  public void reader(II_Result r) {
    lock.readLock().lock();
    r.r2 = y;
    r.r1 = x;
    lock.readLock().unlock();
  }
}
