package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.RwLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * As {@link WriterWaitsForReaders}, but the lock has been read so often that readers count in slots
 * of their threads, which the writer has to close.
 */
@JCStressTest
@Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "The reader came first.")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(
    expect = FORBIDDEN,
    desc = "The writer was inside together with the reader, or a wake-up was lost.")
@State
public class WriterClosesReadersSlots {

  /** As many as it takes to open the slots. */
  private static final int READS = 100;

  private final RwLock lock = new RwLock();
  private int x;

  /** Opens the slots. */
  @SuppressWarnings("LockNotBeforeTry") // an exception fails the test anyway
  public WriterClosesReadersSlots() {
    for (int i = 0; i < READS; i++) {
      lock.readLock().lock();
      lock.readLock().unlock();
    }
  }

  @Actor
  public void reader(III_Result r) {
    if (Limit.acquire(lock.readLock())) {
      r.r1 = x;
      Thread.onSpinWait();
      r.r2 = x;
      lock.readLock().unlock();
    }
  }

  @Actor
  public void writer(III_Result r) {
    if (Limit.acquire(lock.writeLock())) {
      x = 1;
      lock.writeLock().unlock();
      r.r3 = 1;
    }
  }
}
