package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * A read-write lock that is not reentrant: any number of readers, or one writer.
 *
 * {@snippet :
 * private final RwLock lock = new RwLock();
 *
 * String get(String key) {
 *   lock.readLock().lock();
 *   try {
 *     return map.get(key);
 *   } finally {
 *     lock.readLock().unlock();
 *   }
 * }
 * }
 *
 * <p><b>Fairness.</b> Neither side starves. Readers that arrive while other readers hold the lock
 * join them only if nobody waits, so a waiting writer is not kept out by ever new readers. Waiters
 * are served in the order in which they came; readers that stand next to each other are let in
 * together. A thread that arrives while the lock is free may take it past those that wait, but once
 * a waiter has been woken in vain a fixed number of times, a release soon hands the lock to it.
 * {@code tryLock} follows the same rules: it takes a free lock, and joins readers only if nobody
 * waits.
 *
 * <p><b>Reentrancy.</b> None. A writer that locks again, for reading or writing, gets an {@link
 * IllegalMonitorStateException}. Readers are not tracked: a reader that locks for reading again may
 * deadlock with a writer that has come to wait in between, and a reader that locks for writing
 * waits for itself. A writer may become a reader without letting another writer in, see {@link
 * WriteLock#downgrade()}. A reader who may have to write takes the {@link #upgradableReadLock()} in
 * place of the read lock.
 *
 * <p><b>Owners.</b> The thread that has taken a lock has to release it, the read lock as well. The
 * unlock of a read lock that the current thread does not hold throws an exception if that can be
 * noticed: it is while nobody else holds one beside the slots (see below). A thread that ends while
 * it holds a read lock keeps it for good.
 *
 * <p><b>Interruption and timeouts</b> as for {@link Mutex}. <b>Thread dumps</b> show the writer as
 * the owner of the lock; readers are not shown as owners.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock of the write lock
 * <i>happen-before</i> those after a subsequent lock of either; actions before an unlock of the
 * read lock <i>happen-before</i> those after a subsequent lock of the write lock.
 *
 * <p><b>Cost.</b> An uncontended write lock and unlock are one atomic read-modify-write, and one
 * full fence where {@link io.pawl.Pawl#describe()} says that fences are symmetric or threads have
 * waited lately. A read lock and unlock are two atomic read-modify-writes on a counter that all
 * readers share. The 64th of these read locks since the last write, if nobody waits, opens slots in
 * which readers count, each thread in a cache line of its own, so that readers do not disturb each
 * other: a read lock and unlock are then two plain writes, or two full fences where fences are
 * symmetric or writers are frequent. The next writer, also one that only tries, puts an end to
 * that, which costs it a look at all slots, and if readers did not fence, a fence on all threads of
 * the process, some microseconds. Readers then share the counter for sixteen times as long as the
 * look took, and fence until there has been no such writer for at least sixteen times as long as
 * the last fence on all threads took. Virtual threads, threads that come upon the slot of another
 * one, and holds of one thread beyond the seventh always use the counter.
 *
 * <p>The slots of a lock take 4 to 32 kilobytes, depending on the number of processors; they are
 * made when they are first opened and kept as long as the lock.
 *
 * <p><b>Stack overflow</b> as for {@link Mutex}.
 *
 * <p>Serialization keeps no state: a deserialized lock is free.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/362759.362813">P. J. Courtois, F. Heymans, D. L.
 *     Parnas, "Concurrent Control with 'Readers' and 'Writers'"</a>
 * @see <a href="https://www.usenix.org/conference/atc19/presentation/dice">D. Dice, A. Kogan,
 *     "BRAVO: Biased Locking for Reader-Writer Locks"</a>
 */
public final class RwLock implements ReadWriteLock, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  /** The read lock. */
  private final ReadLock readLock;

  /** The write lock. */
  private final WriteLock writeLock;

  /** Constructs a free lock. */
  public RwLock() {
    RwSync sync = new RwSync();
    sync.whole = this;
    readLock = new ReadLock(sync);
    writeLock = new WriteLock(sync);
  }

  RwSync sync() {
    return writeLock.sync;
  }

  /**
   * The lock for reading.
   *
   * @return the same object each time
   */
  @Override
  public ReadLock readLock() {
    return readLock;
  }

  /**
   * The lock for writing.
   *
   * @return the same object each time
   */
  @Override
  public WriteLock writeLock() {
    return writeLock;
  }

  /**
   * The lock for reading of which one thread at a time, beside any number of readers, holds one
   * that it can make a write lock without letting another writer in between.
   *
   * @return the same object each time, which the first call makes
   */
  public UpgradableReadLock upgradableReadLock() {
    return writeLock.sync.upgradable();
  }

  /**
   * Whether a thread holds the write lock; for monitoring, not for synchronization.
   *
   * @return true if some thread does
   */
  public boolean isWriteLocked() {
    return writeLock.sync.isWriteLocked();
  }

  /**
   * Whether the current thread holds the write lock.
   *
   * @return true if it does
   */
  public boolean isWriteLockedByCurrentThread() {
    return writeLock.sync.isOwner();
  }

  /**
   * How many read locks are held, an upgradable one included; for monitoring, not for
   * synchronization.
   *
   * @return the number of read locks
   */
  public int getReadLockCount() {
    return writeLock.sync.readLocks();
  }

  /**
   * Whether threads wait for either lock; for monitoring, not for synchronization.
   *
   * @return true if there may be such threads
   */
  public boolean hasQueuedThreads() {
    return getQueueLength() > 0;
  }

  /**
   * An estimate of the number of threads that wait for either lock.
   *
   * @return the number, exact while it does not change
   */
  public int getQueueLength() {
    return writeLock.sync.queueLength();
  }

  /**
   * Tells how the lock is held.
   *
   * @return the identity and the number of write and read locks held
   */
  @Override
  public String toString() {
    return super.toString()
        + "["
        + Subjects.label(this)
        + "Write locks = "
        + (isWriteLocked() ? 1 : 0)
        + ", Read locks = "
        + getReadLockCount()
        + "]";
  }

  /**
   * Makes the state a part of this lock again.
   *
   * @param in where from
   * @throws IOException if that fails
   * @throws ClassNotFoundException if that fails
   */
  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    sync().whole = this;
  }

  /** The read lock of an {@link RwLock}. */
  public static final class ReadLock implements Lock, Serializable {

    @Serial private static final long serialVersionUID = 1L;

    /** The state, common to both locks. */
    final RwSync sync;

    private ReadLock(RwSync sync) {
      this.sync = sync;
    }

    /**
     * Acquires the read lock, waiting until it can be had. An interrupt does not end the wait.
     *
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     * @throws Error if the number of read locks would exceed its maximum, 536,870,911
     */
    @Override
    public void lock() {
      if (Order.ON) {
        Ordered.lock(this);
        return;
      }
      if (!sync.tryRead()) {
        int _ = sync.contend(RwSync.SHARED, false, Deadlines.FOREVER);
      }
    }

    /**
     * Acquires the read lock unless the current thread is interrupted, before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and it does not hold the lock
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     * @throws Error as {@link #lock()}
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      sync.lockInterruptibly(RwSync.SHARED);
    }

    /**
     * Acquires the read lock if it can be had now: the lock is free, or it is held by readers and
     * nobody waits.
     *
     * @return whether it was acquired
     * @throws Error as {@link #lock()}
     */
    @Override
    public boolean tryLock() {
      return Order.ON ? Ordered.tryLock(this) : sync.tryRead();
    }

    /**
     * Acquires the read lock if it can be had within the given time and the current thread is not
     * interrupted.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException as {@link #lockInterruptibly()}
     * @throws IllegalMonitorStateException if the current thread holds the write lock and would
     *     wait
     * @throws NullPointerException if unit is null
     * @throws Error as {@link #lock()}
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      return sync.tryLock(RwSync.SHARED, unit.toNanos(time));
    }

    /**
     * Releases one read lock, which the current thread has to hold. A thread that holds none gets
     * an exception if that can be noticed; it cannot while another thread holds a read lock that is
     * counted in the state, which that thread then has lost.
     *
     * @throws IllegalMonitorStateException if the current thread holds no read lock
     */
    @Override
    public void unlock() {
      sync.unlockRead();
      if (Order.ON) {
        Ordered.released(sync);
      }
    }

    /**
     * Read locks have no conditions.
     *
     * @return never
     * @throws UnsupportedOperationException always
     */
    @Override
    public Condvar newCondition() {
      throw new UnsupportedOperationException();
    }

    /**
     * Tells how many read locks are held.
     *
     * @return the identity and the number
     */
    @Override
    public String toString() {
      return super.toString()
          + "["
          + Subjects.label(this)
          + "Read locks = "
          + sync.readLocks()
          + "]";
    }
  }

  /** The write lock of an {@link RwLock}. */
  public static final class WriteLock implements Lock, Serializable {

    @Serial private static final long serialVersionUID = 1L;

    /** The state, common to both locks. */
    final RwSync sync;

    private WriteLock(RwSync sync) {
      this.sync = sync;
    }

    /**
     * Acquires the write lock, waiting until it is free. An interrupt does not end the wait.
     *
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     */
    @Override
    public void lock() {
      if (Order.ON) {
        Ordered.lock(this);
      }
      if (!sync.tryWrite()) {
        int _ = sync.contend(AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
      }
    }

    /**
     * Acquires the write lock unless the current thread is interrupted, before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and it does not hold the lock
     * @throws IllegalMonitorStateException if the current thread holds the write lock
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      sync.lockInterruptibly(AcquireQueue.EXCLUSIVE);
    }

    /**
     * Acquires the write lock if it is free now. May also fail in the moment in which a reader
     * leaves or gives up, or another writer puts an end to reading in slots.
     *
     * @return false if it is held by any reader or writer
     */
    @Override
    public boolean tryLock() {
      if (Order.ON) {
        Ordered.tryLock(sync);
      }
      return sync.tryWrite();
    }

    /**
     * Acquires the write lock if it becomes free within the given time and the current thread is
     * not interrupted.
     *
     * @param time the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException as {@link #lockInterruptibly()}
     * @throws IllegalMonitorStateException if the current thread holds the write lock and would
     *     wait
     * @throws NullPointerException if unit is null
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
      return sync.tryLock(AcquireQueue.EXCLUSIVE, unit.toNanos(time));
    }

    /**
     * Releases the write lock.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it
     */
    @Override
    public void unlock() {
      sync.unlockWrite();
    }

    /**
     * Turns the write lock into a read lock, which the current thread then has to unlock. No other
     * writer can get in between; waiting readers at the head of the queue may come in.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold the write lock
     */
    public void downgrade() {
      sync.downgrade();
      if (Order.ON) {
        Ordered.downgraded(this);
      }
    }

    /**
     * Makes a condition of the write lock.
     *
     * @return a new condition, on which only the holder of the write lock can wait and signal
     */
    @Override
    public Condvar newCondition() {
      return sync.makeCondition();
    }

    /**
     * Whether the current thread holds the write lock.
     *
     * @return true if it does
     */
    public boolean isHeldByCurrentThread() {
      return sync.isOwner();
    }

    /**
     * Names the holder.
     *
     * @return the identity and {@code Unlocked} or {@code Locked by thread} with the name of the
     *     holder
     */
    @Override
    public String toString() {
      Thread owner = sync.owner();
      return super.toString()
          + "["
          + Subjects.label(this)
          + (owner == null ? "Unlocked" : "Locked by thread " + owner.getName())
          + "]";
    }
  }
}
