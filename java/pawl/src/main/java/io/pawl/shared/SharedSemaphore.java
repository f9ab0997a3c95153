package io.pawl.shared;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import io.pawl.observe.Wait;
import io.pawl.shared.SharedWord.Outcome;
import io.pawl.spi.NativeWait;
import java.util.concurrent.TimeUnit;

/**
 * Permits that processes share. {@link SharedRegion#semaphore(String, int)} finds it by its name.
 *
 * {@snippet :
 * SharedSemaphore connections = region.semaphore("connections", 8);
 * connections.acquire();
 * try {
 *   talk();
 * } finally {
 *   connections.release();
 * }
 * }
 *
 * <p><b>Death.</b> Permits belong to the handle that has acquired them. When its process dies they
 * return, once, or are lost if the semaphore was made so ({@link OnDeath}). Those that wait notice
 * within a slice, those that come later at once. The semaphore itself can't be poisoned, and nobody
 * is told of the death: what a permit stands for may be in any state. Where that has to be known,
 * guard it by a {@link SharedMutex}, or choose {@link OnDeath#LOSE}; who then wants more permits
 * than are left waits in vain, as for permits that nobody releases. The end of a thread is no
 * death: its permits stay taken while its process lives.
 *
 * <p>Any thread of the process may release what another has acquired through the same handle; more
 * than the handle holds is refused.
 *
 * <p><b>Fairness.</b> None: a release wakes all that wait, and who comes first takes what there is.
 *
 * <p><b>Threads, interruption and timeouts</b> are as those of {@link SharedMutex}; the
 * uninterruptible methods preserve the interrupted status.
 *
 * <p><b>Memory consistency effects.</b> Actions before a release, on the memory of the region,
 * <i>happen-before</i> those after a subsequent acquire, also in another process.
 *
 * <p><b>Cost.</b> A lock and an unlock of a {@link SharedMutex}, and a look at each slot of the
 * region.
 */
public final class SharedSemaphore {

  /** What becomes of the permits of a process that dies. */
  public enum OnDeath {
    /** They are available again. */
    RETURN,
    /** They are gone for good. */
    LOSE
  }

  /** That permits have been taken: what the sequence never is. */
  private static final long TAKEN = -1;

  private final Region region;
  private final PermitTable permits;
  private final MutexCore mutex;
  private final long sequence;

  SharedSemaphore(Region region, long offset, String name) {
    this.region = region;
    this.permits = new PermitTable(region, offset);
    this.mutex = new MutexCore(region, offset, name);
    this.sequence = offset + Layout.SEMAPHORE_SEQUENCE;
    mutex.join(this);
  }

  String name() {
    return mutex.name();
  }

  boolean isHeldHere() {
    return mutex.isHeldHere() || permits.held() != 0;
  }

  /**
   * Acquires a permit, waiting until there is one.
   *
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   */
  public void acquire() throws InterruptedException {
    acquire(1);
  }

  /**
   * Acquires permits, all at once, waiting until there are as many.
   *
   * @param count how many, positive
   * @throws InterruptedException as {@link #acquire()}
   * @throws IllegalArgumentException if count is not positive
   */
  public void acquire(int count) throws InterruptedException {
    boolean _ = acquire(count, Deadlines.FOREVER);
  }

  /** Acquires a permit, waiting until there is one. An interrupt does not end the wait. */
  public void acquireUninterruptibly() {
    long seen = tryTake();
    if (seen != TAKEN) {
      Outcome _ =
          Observers.arePresent()
              ? ToldWait.of(this, Wait.Mode.PERMITS, () -> sleepUntilTaken(seen))
              : sleepUntilTaken(seen);
    }
  }

  private Outcome sleepUntilTaken(long seen) {
    long slice = region.waits.firstSlice();
    for (long now = seen; now != TAKEN; now = tryTake()) {
      region.waits.await(this, sequence, (int) now, slice, Deadlines.FOREVER, false);
      slice = region.waits.nextSlice(slice);
    }
    return Outcome.ACQUIRED;
  }

  /** Takes a permit; if there is none, returns the sequence on which to wait. */
  private long tryTake() {
    lock();
    return take(1);
  }

  /**
   * Acquires a permit if there is one now. May wait for as long as another process looks at the
   * semaphore.
   *
   * @return false if there is none
   */
  public boolean tryAcquire() {
    lock();
    try {
      return permits.take(1);
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.leave();
    }
  }

  /**
   * Acquires permits, all at once, if there are as many within the given time.
   *
   * @param count how many, positive
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException as {@link #acquire()}
   * @throws IllegalArgumentException if count is not positive
   * @throws NullPointerException if unit is null
   */
  public boolean tryAcquire(int count, long time, TimeUnit unit) throws InterruptedException {
    return acquire(count, Deadlines.after(unit.toNanos(time)));
  }

  private boolean acquire(int count, long deadline) throws InterruptedException {
    requirePositive(count);
    if (!lock(deadline)) {
      return false;
    }
    long seen = take(count);
    if (seen == TAKEN) {
      return true;
    }
    Outcome outcome =
        Observers.arePresent()
            ? ToldWait.of(this, Wait.Mode.PERMITS, () -> sleepUntilTaken(count, seen, deadline))
            : sleepUntilTaken(count, seen, deadline);
    return outcome == Outcome.ACQUIRED;
  }

  private Outcome sleepUntilTaken(int count, long seen, long deadline) throws InterruptedException {
    long slice = region.waits.firstSlice();
    for (long now = seen; now != TAKEN; now = take(count)) {
      if (Deadlines.passed(deadline)) {
        return Outcome.TIMED_OUT;
      }
      region.waits.await(this, sequence, (int) now, slice, deadline, true);
      slice = region.waits.nextSlice(slice);
      if (!lock(deadline)) {
        return Outcome.TIMED_OUT;
      }
    }
    return Outcome.ACQUIRED;
  }

  /**
   * Takes permits with the mutex held, and releases that.
   *
   * @return {@link #TAKEN}; if there are not as many, the sequence on which to wait
   */
  private long take(int count) {
    try {
      return permits.take(count) ? TAKEN : Integer.toUnsignedLong(region.getInt(sequence));
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.leave();
    }
  }

  /**
   * Releases a permit of this handle.
   *
   * @throws IllegalMonitorStateException if the handle holds none
   */
  public void release() {
    release(1);
  }

  /**
   * Releases permits of this handle.
   *
   * @param count how many, positive
   * @throws IllegalArgumentException if count is not positive
   * @throws IllegalMonitorStateException if the handle holds fewer
   */
  public void release(int count) {
    requirePositive(count);
    region.enter(); // until all are woken, although nothing may be held any more
    try {
      giveBack(count);
      region.wake(sequence, NativeWait.ALL);
    } finally {
      region.exit();
    }
  }

  private void giveBack(int count) {
    try {
      lock();
      try {
        permits.giveBack(count);
        int _ = region.addInt(sequence, 1);
      } catch (InternalError e) {
        throw region.lost(e);
      } finally {
        mutex.leave();
      }
    } catch (SharedRegionLostException e) {
      // So that the region can be closed.
      permits.forget(count);
      throw e;
    }
  }

  /**
   * How many permits are available; for monitoring, not for synchronization.
   *
   * @return the number, without those that processes hold that live
   */
  public int availablePermits() {
    lock();
    try {
      return permits.available();
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      mutex.leave();
    }
  }

  /**
   * How many permits this handle holds.
   *
   * @return the number
   */
  public int heldPermits() {
    return permits.held();
  }

  private static void requirePositive(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException("count must be positive: " + count);
    }
  }

  private void lock() {
    StackRoom.forClose();
    repair(mutex.lock(this));
  }

  private boolean lock(long deadline) throws InterruptedException {
    StackRoom.forClose();
    Outcome outcome = mutex.lock(this, deadline);
    if (!MutexCore.isHeld(outcome)) {
      return false;
    }
    repair(outcome == Outcome.ORPHANED);
    return true;
  }

  /** Every change of the permits is one store, or logged: a death leaves nothing half done. */
  private void repair(boolean orphaned) {
    boolean done = false;
    try {
      permits.redo();
      if (orphaned) {
        mutex.clearOrphan();
      }
      done = true;
    } catch (InternalError e) {
      throw region.lost(e);
    } finally {
      if (!done) {
        mutex.abandon();
      }
    }
  }

  /**
   * Names the semaphore.
   *
   * @return its name, and how many permits this handle holds
   */
  @Override
  public String toString() {
    return "SharedSemaphore["
        + mutex.label()
        + (region.isClosed() ? "]" : ", holds " + heldPermits() + "]");
  }
}
