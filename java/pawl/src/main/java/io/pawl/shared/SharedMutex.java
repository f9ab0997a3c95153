package io.pawl.shared;

import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condition;
import io.pawl.locks.Lock;
import io.pawl.shared.SharedWord.Outcome;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock between processes that is not reentrant and survives the death of its
 * owner. {@link SharedRegion#mutex(String)} finds it by its name.
 *
 * {@snippet :
 * SharedMutex mutex = region.mutex("orders");
 * mutex.lock(); // throws OwnerDiedException if the last owner died in its section
 * try {
 *   long count = orders.get(JAVA_LONG, 0);
 *   orders.set(JAVA_LONG, 0, count + 1);
 * } finally {
 *   mutex.unlock();
 * }
 * }
 *
 * <p><b>Death.</b> If the process that holds the mutex ends, by whatever means and at whatever
 * moment, the next thread that wants it, in whichever process, acquires it and learns so: {@code
 * lock} and its kin run the {@link Recovery} if there is one, else throw {@link OwnerDiedException}
 * and do not hold the mutex. {@link #lockForced()} acquires it all the same; {@link #clearPoison()}
 * states that the data is in order. A death is noticed at once by a thread that comes after it, and
 * within a slice ({@link RegionOptions#slice}) by one that waits already. A process that is stopped
 * is not dead. A thread that ends while its process goes on keeps the mutex, as a thread keeps a
 * {@code ReentrantLock}; {@link #toString()} names it.
 *
 * <p><b>Threads.</b> Within a process the mutex behaves as a {@link io.pawl.locks.Mutex}: only the
 * thread that holds it may unlock it, threads wait in order, and a thread that holds it may not
 * lock it again; both mistakes throw {@link IllegalMonitorStateException}. One thread of each
 * process contends with the other processes, in no order. A virtual thread does not pin its
 * carrier: a daemon thread waits in its place.
 *
 * <p><b>Interruption and timeouts</b> are those of {@code Mutex}. Between processes an interrupt
 * that comes in the very moment in which the thread begins to sleep takes effect after a slice.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock, on the memory of the region,
 * <i>happen-before</i> those after a subsequent lock, also in another process. All that a dead
 * owner did before it died is visible to who recovers the mutex.
 *
 * <p><b>Cost.</b> Without contention an atomic read-modify-write more than {@code Mutex} for each
 * of lock and unlock; a wait adds a system call that asks whether the owner lives.
 *
 * <p>All methods throw {@link IllegalStateException} if the region is closed, and {@link
 * SharedRegionLostException} if its file has failed.
 *
 * @see SharedRegion#mutex(String)
 */
public final class SharedMutex implements Lock {

  private final MutexCore core;
  private final @Nullable Recovery recovery;
  private @Nullable Held held;

  SharedMutex(MutexCore core, @Nullable Recovery recovery) {
    this.core = core;
    core.join(this);
    this.recovery = recovery;
  }

  MutexCore core() {
    return core;
  }

  @Nullable Recovery recovery() {
    return recovery;
  }

  /**
   * Acquires the mutex, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws OwnerDiedException if an owner died and the data is not repaired; the mutex is not held
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  @Override
  public void lock() {
    if (core.lock(this)) {
      repair();
    }
  }

  /**
   * Acquires the mutex unless the current thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the mutex
   * @throws OwnerDiedException as {@link #lock()}
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    boolean _ = acquired(core.lock(this, Deadlines.FOREVER));
  }

  /**
   * Acquires the mutex if it is free now, or its owner dead.
   *
   * @return false if it is held, by this process or another
   * @throws OwnerDiedException as {@link #lock()}
   */
  @Override
  public boolean tryLock() {
    return acquired(core.tryLock());
  }

  /**
   * Acquires the mutex if it becomes free within the given time and the current thread is not
   * interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it does not hold the mutex
   * @throws OwnerDiedException as {@link #lock()}
   * @throws IllegalMonitorStateException if the current thread holds the mutex already and would
   *     wait
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return acquired(core.lock(this, Deadlines.after(unit.toNanos(time))));
  }

  private boolean acquired(Outcome outcome) {
    if (outcome == Outcome.ORPHANED) {
      repair();
    }
    return MutexCore.isHeld(outcome);
  }

  /** Removes the poison, or releases the mutex and throws. */
  private void repair() {
    boolean done = false;
    try {
      Poison.remove(core, recovery);
      done = true;
    } finally {
      if (!done) {
        core.abandon();
      }
    }
  }

  /** Acquires the mutex at the end of a wait, unless the wait never released it. */
  void lockAgain() {
    if (!core.isHeldByCurrentThread()) {
      boolean _ = core.lock(this);
    }
  }

  /** Removes the poison if there is any, or throws with the mutex held. */
  void repairHeld() {
    if (core.isOrphan()) {
      Poison.remove(core, recovery);
    }
  }

  /**
   * Acquires the mutex whatever state its data is in, waiting until it is free. No recovery is run.
   * An interrupt does not end the wait.
   *
   * @return whether an owner died, and the data is to be looked at before {@link #clearPoison()}
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  public boolean lockForced() {
    return core.lock(this);
  }

  /**
   * States that the data is in order: lockers need not be told of the death any more. Without
   * effect on a mutex that is not poisoned.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the mutex
   */
  public void clearPoison() {
    core.requireHeld();
    core.clearOrphan();
  }

  /**
   * Whether an owner died and the data has not been repaired, as far as somebody has noticed.
   *
   * @return true if lockers are told of a death
   */
  public boolean isPoisoned() {
    return core.isOrphan();
  }

  /**
   * Acquires the mutex as {@link #lock()} does, for use in a try-with-resources statement, whose
   * end releases it.
   *
   * @return the hold, to be closed by the current thread
   * @throws OwnerDiedException as {@link #lock()}
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  public Held acquire() {
    Held h = held;
    if (h == null) {
      held = h = new Held(this);
    }
    lock();
    return h;
  }

  /**
   * Releases the mutex. If it is poisoned, it stays so.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    core.unlock();
  }

  /**
   * Refuses: the state of a condition has a place in the file, and so has its name.
   *
   * @return never
   * @throws UnsupportedOperationException always; {@link SharedRegion#condvar} makes conditions
   */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException(
        "Conditions of a shared mutex have names: see SharedRegion.condvar");
  }

  /**
   * Whether the current thread holds this mutex.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return core.isHeldByCurrentThread();
  }

  /**
   * Who holds the mutex, in whichever process; for monitoring, not for synchronization.
   *
   * @return the owner, alive or not; null if the mutex is free
   */
  public @Nullable LockOwner owner() {
    return core.owner();
  }

  /**
   * Names the mutex and its holder.
   *
   * @return the name, {@code Unlocked} or {@code Locked by} and the owner, and whether it is
   *     poisoned
   */
  @Override
  public String toString() {
    return "SharedMutex" + core.describe();
  }

  /** A hold on a mutex, which closing releases. */
  public static final class Held implements AutoCloseable {
    private final SharedMutex mutex;

    private Held(SharedMutex mutex) {
      this.mutex = mutex;
    }

    /**
     * Releases the mutex.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it
     */
    @Override
    public void close() {
      mutex.unlock();
    }
  }
}
