package io.pawl.shared;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.ReadWriteLock;
import io.pawl.shared.SharedWord.Outcome;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A read-write lock between processes that survives the death of those that hold it. {@link
 * SharedRegion#rwLock(String)} finds it by its name.
 *
 * {@snippet :
 * SharedRwLock lock = region.rwLock("prices");
 * lock.readLock().lock();
 * try {
 *   return prices.get(JAVA_DOUBLE, 8L * article);
 * } finally {
 *   lock.readLock().unlock();
 * }
 * }
 *
 * <p>Neither lock is reentrant, a reader can't become the writer, and one that tries to waits for
 * itself.
 *
 * <p><b>Death.</b> A reader that dies leaves nothing behind: its hold ends with it, a writer that
 * waits for it goes on within a slice, the data is as it was, and nobody is told. A writer that
 * dies poisons the lock, for readers and writers, as {@link SharedMutex} describes; one that had
 * not begun its section may do so as well. A recovery runs while there is no reader. The end of a
 * thread is no death: what it holds stays held while its process lives, for reading until another
 * thread of the handle unlocks.
 *
 * <p><b>Fairness.</b> A writer that waits keeps new readers out, so readers don't starve writers;
 * writers that follow each other closely can starve readers.
 *
 * <p><b>Owners.</b> The write lock belongs to a thread. The read lock belongs to the handle: it
 * knows how many of its threads read, not which.
 *
 * <p><b>Threads, interruption and timeouts</b> are as those of {@link SharedMutex}, also while a
 * writer waits for readers.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock of the write lock
 * <i>happen-before</i> those after a subsequent lock of either, and actions before an unlock of the
 * read lock those after a subsequent lock of the write lock, also in another process.
 *
 * <p><b>Cost.</b> Reading costs two atomic read-modify-writes on a cache line that no other process
 * writes. Writing costs a look at each slot of the region, and a system call for each that reads.
 */
public final class SharedRwLock implements ReadWriteLock {

  private final RwCore core;
  private final ReadLock readLock;
  private final WriteLock writeLock;

  SharedRwLock(RwCore core) {
    this.core = core;
    this.readLock = new ReadLock(core);
    this.writeLock = new WriteLock(core);
    core.mutex().join(this);
  }

  String name() {
    return core.mutex().name();
  }

  RwCore core() {
    return core;
  }

  boolean isHeldHere() {
    return core.mutex().isHeldHere() || core.readersHere() != 0;
  }

  /**
   * The lock for reading.
   *
   * @return the read lock, always the same
   */
  @Override
  public ReadLock readLock() {
    return readLock;
  }

  /**
   * The lock for writing.
   *
   * @return the write lock, always the same
   */
  @Override
  public WriteLock writeLock() {
    return writeLock;
  }

  /**
   * Whether a writer died and the data has not been repaired, as far as somebody has noticed.
   *
   * @return true if lockers are told of a death
   */
  public boolean isPoisoned() {
    return core.mutex().isOrphan();
  }

  /**
   * Who writes, or is about to, in whichever process; for monitoring, not for synchronization.
   *
   * @return the writer, alive or not; null if there is none
   */
  public @Nullable LockOwner owner() {
    return core.mutex().owner();
  }

  /**
   * Names the lock and its writer.
   *
   * @return the name, who writes, and whether the lock is poisoned
   */
  @Override
  public String toString() {
    return "SharedRwLock" + core.mutex().describe();
  }

  /** The lock for reading. */
  public static final class ReadLock extends RwView {

    private ReadLock(RwCore core) {
      super(core);
    }

    @Override
    Outcome proceed(Outcome acquired, boolean interruptible, long deadline) {
      return core.enterWithMutex(this, acquired, interruptible, deadline);
    }

    private boolean enter() {
      try {
        return core.enter();
      } catch (InternalError e) {
        throw core.mutex().lost(e);
      }
    }

    /**
     * Acquires the lock, waiting while there is a writer. An interrupt does not end the wait.
     *
     * @throws OwnerDiedException if a writer died and the data is not repaired; the lock is not
     *     held
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     */
    @Override
    public void lock() {
      if (!enter()) {
        lockSlowly();
      }
    }

    /**
     * Acquires the lock unless the current thread is interrupted, before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and it does not hold the lock
     * @throws OwnerDiedException as {@link #lock()}
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (!enter()) {
        boolean _ = lockSlowly(Deadlines.FOREVER);
      }
    }

    /**
     * Acquires the lock if there is no writer now.
     *
     * @return false if there is one
     * @throws OwnerDiedException as {@link #lock()}
     */
    @Override
    public boolean tryLock() {
      return enter() || tryLockSlowly();
    }

    /**
     * Acquires the lock if there is no writer within the given time and the current thread is not
     * interrupted.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException as {@link #lockInterruptibly()}
     * @throws OwnerDiedException as {@link #lock()}
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     * @throws NullPointerException if unit is null
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      long deadline = Deadlines.after(unit.toNanos(time));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return enter() || lockSlowly(deadline);
    }

    /**
     * Releases the lock.
     *
     * @throws IllegalMonitorStateException if no thread of this handle holds it
     */
    @Override
    public void unlock() {
      try {
        core.leave();
      } catch (InternalError e) {
        throw core.mutex().lost(e);
      }
    }
  }

  /** The lock for writing. */
  public static final class WriteLock extends RwView {

    private WriteLock(RwCore core) {
      super(core);
    }

    @Override
    Outcome proceed(Outcome acquired, boolean interruptible, long deadline) {
      return core.write(this, acquired, false, interruptible, deadline);
    }

    /**
     * Acquires the lock, waiting while others hold it or read. An interrupt does not end the wait.
     *
     * @throws OwnerDiedException if a writer died and the data is not repaired; the lock is not
     *     held
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     */
    @Override
    public void lock() {
      lockSlowly();
    }

    /**
     * Acquires the lock unless the current thread is interrupted, before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and it does not hold the lock
     * @throws OwnerDiedException as {@link #lock()}
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      boolean _ = lockSlowly(Deadlines.FOREVER);
    }

    /**
     * Acquires the lock if nobody holds it or reads now.
     *
     * @return false if somebody does
     * @throws OwnerDiedException as {@link #lock()}
     */
    @Override
    public boolean tryLock() {
      return tryLockSlowly();
    }

    /**
     * Acquires the lock if nobody holds it or reads within the given time and the current thread is
     * not interrupted.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException as {@link #lockInterruptibly()}
     * @throws OwnerDiedException as {@link #lock()}
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     * @throws NullPointerException if unit is null
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      return lockSlowly(Deadlines.after(unit.toNanos(time)));
    }

    /**
     * Acquires the lock whatever state its data is in, waiting while others hold it or read. No
     * recovery is run. An interrupt does not end the wait.
     *
     * @return whether a writer died, and the data is to be looked at before {@link #clearPoison()}
     * @throws IllegalMonitorStateException if the current thread holds the lock already
     */
    public boolean lockForced() {
      Outcome acquired = core.mutex().lock(this) ? Outcome.ORPHANED : Outcome.ACQUIRED;
      try {
        return core.write(this, acquired, true, false, Deadlines.FOREVER) == Outcome.ORPHANED;
      } catch (InternalError e) {
        throw core.mutex().lost(e);
      }
    }

    /**
     * States that the data is in order.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold the lock
     */
    public void clearPoison() {
      core.mutex().requireHeld();
      core.mutex().clearOrphan();
    }

    /**
     * Releases the lock. If it is poisoned, it stays so.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it
     */
    @Override
    public void unlock() {
      StackRoom.forClose();
      core.mutex().requireHeld();
      try {
        core.endWrite();
      } catch (InternalError e) {
        throw core.mutex().lost(e);
      } finally {
        core.mutex().leave();
      }
    }

    /**
     * Whether the current thread holds this lock.
     *
     * @return true if it does
     */
    public boolean isHeldByCurrentThread() {
      return core.mutex().isHeldByCurrentThread();
    }
  }
}
