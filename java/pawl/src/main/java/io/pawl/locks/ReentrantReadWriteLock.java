package io.pawl.locks;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A reentrant read-write lock, which takes the place of {@link
 * java.util.concurrent.locks.ReentrantReadWriteLock} with the same methods and the same meaning:
 * any number of readers, or one writer.
 *
 * {@snippet :
 * private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
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
 * <p><b>Reentrancy.</b> A thread that holds either lock may lock it again and has to unlock it as
 * often, up to 2,147,483,647 times; so many read locks can be held by all threads together. A
 * writer may lock for reading as well, and becomes a reader when it unlocks for writing: no other
 * writer can get in between. A reader cannot become a writer: locking for writing with a read lock
 * held waits for that read lock, which is to say forever.
 *
 * <p><b>Fairness.</b> Of a lock that is not fair, the default, neither side starves. A thread that
 * finds it free takes it even if others wait; readers join readers only if nobody waits. Waiters
 * are served in the order in which they came, neighbouring readers together, and once one has been
 * woken in vain a fixed number of times, a release soon hands the lock to it. A fair lock is given
 * to the threads in the order in which they came, neighbouring readers together. In both kinds a
 * thread that holds the lock gets it again without waiting, and {@code tryLock()} without a time
 * disregards those who wait. To others a lock that is being handed to a writer is held by that
 * writer, even if the writer turns out to have given up.
 *
 * <p><b>Interruption and timeouts</b> as for {@link ReentrantLock}. <b>Thread dumps</b> show the
 * writer as the owner of the lock; readers are not shown as owners.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock of the write lock
 * <i>happen-before</i> those after a subsequent lock of either; actions before an unlock of the
 * read lock <i>happen-before</i> those after a subsequent lock of the write lock.
 *
 * <p><b>Cost.</b> An uncontended write lock and unlock are one atomic read-modify-write, and one
 * full fence where {@link io.pawl.Pawl#describe()} says that fences are symmetric or threads have
 * waited lately, a read lock and unlock two atomic read-modify-writes. The first of several readers
 * is noted in the lock; the others look into a table that each thread has, one for all locks, with
 * an entry for each read lock that the thread holds. Of those who wait for a fair lock, the one
 * that is next spins for up to 30 microseconds, if that has paid off lately. A thread that never
 * unlocks keeps the lock from being collected as long as it lives.
 *
 * <p><b>Stack overflow</b> as for {@link Mutex}.
 *
 * <p>A deserialized lock is free, whatever the state of the one that was serialized, and as fair.
 *
 * @see RwLock
 */
public class ReentrantReadWriteLock implements ReadWriteLock, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  /** The read lock. */
  private final ReadLock readLock;

  /** The write lock. */
  private final WriteLock writeLock;

  /** The state, common to both locks. */
  final ReentrantRwSync sync;

  /** Constructs a free lock that is not fair. */
  public ReentrantReadWriteLock() {
    this(false);
  }

  /**
   * Constructs a free lock.
   *
   * @param fair whether the threads that have waited longest get it first
   */
  @SuppressWarnings(
      "this-escape") // the locks read nothing but sync, which is set, and sync nothing
  public ReentrantReadWriteLock(boolean fair) {
    sync = new ReentrantRwSync(fair);
    sync.whole = this;
    readLock = new ReadLock(this);
    writeLock = new WriteLock(this);
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
   * Whether this lock is fair.
   *
   * @return true if it was so constructed
   */
  public final boolean isFair() {
    return sync.isFair();
  }

  /**
   * The thread that holds the write lock. An estimate when called by another thread: the owner may
   * be missing for a moment while threads are at it.
   *
   * @return the owner, or null if there is none
   */
  protected @Nullable Thread getOwner() {
    return sync.writer();
  }

  /**
   * How many read locks are held, each as often as it is held; for monitoring, not for
   * synchronization.
   *
   * @return the number of read locks
   */
  public int getReadLockCount() {
    return sync.readLocks();
  }

  /**
   * Whether a thread holds the write lock; for monitoring, not for synchronization.
   *
   * @return true if some thread does
   */
  public boolean isWriteLocked() {
    return sync.isWriteLocked();
  }

  /**
   * Whether the current thread holds the write lock.
   *
   * @return true if it does
   */
  public boolean isWriteLockedByCurrentThread() {
    return sync.isOwner();
  }

  /**
   * How often the current thread holds the write lock.
   *
   * @return the number of locks without a matching unlock, 0 if the thread does not hold the lock
   */
  public int getWriteHoldCount() {
    return sync.writeHolds();
  }

  /**
   * How often the current thread holds the read lock.
   *
   * @return the number of locks without a matching unlock, 0 if the thread does not hold the lock
   */
  public int getReadHoldCount() {
    return sync.readHolds();
  }

  /**
   * The threads that wait for the write lock, as an estimate for monitoring.
   *
   * @return a new collection, in the order in which the threads will be woken
   */
  protected Collection<Thread> getQueuedWriterThreads() {
    return sync.queuedThreads(ask -> ask == AcquireQueue.EXCLUSIVE);
  }

  /**
   * The threads that wait for the read lock, as an estimate for monitoring.
   *
   * @return a new collection, in the order in which the threads will be woken
   */
  protected Collection<Thread> getQueuedReaderThreads() {
    return sync.queuedThreads(ask -> ask != AcquireQueue.EXCLUSIVE);
  }

  /**
   * Whether threads wait for either lock; for monitoring, not for synchronization.
   *
   * @return true if there may be such threads
   */
  public final boolean hasQueuedThreads() {
    return sync.isQueued();
  }

  /**
   * Whether a thread waits for either lock; for monitoring, not for synchronization.
   *
   * @param thread the thread
   * @return true if it is in the queue
   * @throws NullPointerException if thread is null
   */
  public final boolean hasQueuedThread(Thread thread) {
    Objects.requireNonNull(thread, "thread");
    return sync.queuedThreads(_ -> true).contains(thread);
  }

  /**
   * An estimate of the number of threads that wait for either lock.
   *
   * @return the number, exact while it does not change
   */
  public final int getQueueLength() {
    return sync.queueLength();
  }

  /**
   * The threads that wait for either lock, as an estimate for monitoring.
   *
   * @return a new collection, in the order in which the threads will be woken
   */
  protected Collection<Thread> getQueuedThreads() {
    return sync.queuedThreads(_ -> true);
  }

  /**
   * Whether threads wait for a condition of the write lock; some of them may be about to time out.
   *
   * @param condition the condition
   * @return true if there are such threads
   * @throws IllegalMonitorStateException if the current thread does not hold the write lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  public boolean hasWaiters(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(sync, condition).hasWaiters();
  }

  /**
   * How many threads wait for a condition of the write lock, those about to time out included.
   *
   * @param condition the condition
   * @return the number
   * @throws IllegalMonitorStateException if the current thread does not hold the write lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  public int getWaitQueueLength(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(sync, condition).getWaitQueueLength();
  }

  /**
   * The threads that wait for a condition of the write lock, those about to time out included.
   *
   * @param condition the condition
   * @return a new collection, in the order in which the threads will be signalled
   * @throws IllegalMonitorStateException if the current thread does not hold the write lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  protected Collection<Thread> getWaitingThreads(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(sync, condition).threads();
  }

  /**
   * Tells how the lock is held.
   *
   * @return the identity and the number of write and read locks held, each as often as it is held
   */
  @Override
  public String toString() {
    return super.toString()
        + "["
        + Subjects.label(this)
        + "Write locks = "
        + sync.writeLocks()
        + ", Read locks = "
        + sync.readLocks()
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
    sync.whole = this;
  }

  /** The read lock of a {@link ReentrantReadWriteLock}. */
  public static class ReadLock implements Lock, Serializable {

    @Serial private static final long serialVersionUID = 1L;

    /** The state, common to both locks. */
    final ReentrantRwSync sync;

    /**
     * Constructs another view of a lock, for subclasses.
     *
     * @param lock the lock to read under
     * @throws NullPointerException if lock is null
     */
    protected ReadLock(ReentrantReadWriteLock lock) {
      this.sync = lock.sync;
    }

    /**
     * Acquires the read lock, waiting while another thread holds the write lock or it is not the
     * current thread's turn. An interrupt does not end the wait.
     *
     * @throws Error if the number of read locks would exceed its maximum
     */
    @Override
    public void lock() {
      sync.lockRead();
    }

    /**
     * Acquires the read lock as {@link #lock()} does, unless the current thread is interrupted,
     * before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and its hold count is unchanged
     * @throws Error if the number of read locks would exceed its maximum
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      boolean _ = sync.tryRead(Deadlines.FOREVER);
    }

    /**
     * Acquires the read lock unless another thread holds the write lock, even if the lock is fair
     * and threads wait; to queue behind them use {@link #tryLock(long, TimeUnit) tryLock(0,
     * SECONDS)}.
     *
     * @return false if another thread holds the write lock
     * @throws Error if the number of read locks would exceed its maximum
     */
    @Override
    public boolean tryLock() {
      return sync.tryReadNow();
    }

    /**
     * Acquires the read lock as {@link #lock()} does, if it can be had within the given time and
     * the current thread is not interrupted.
     *
     * @param timeout the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException if the current thread is interrupted, before or while it waits;
     *     its interrupted status is cleared and its hold count is unchanged
     * @throws NullPointerException if unit is null
     * @throws Error if the number of read locks would exceed its maximum
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
      return sync.tryRead(unit.toNanos(timeout));
    }

    /**
     * Releases one read lock of the current thread.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold the read lock
     */
    @Override
    public void unlock() {
      sync.unlockRead();
    }

    /**
     * Read locks have no conditions.
     *
     * @return never
     * @throws UnsupportedOperationException always
     */
    @Override
    public Condition newCondition() {
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

  /** The write lock of a {@link ReentrantReadWriteLock}. */
  public static class WriteLock implements Lock, Serializable {

    @Serial private static final long serialVersionUID = 1L;

    /** The state, common to both locks. */
    final ReentrantRwSync sync;

    /**
     * Constructs another view of a lock, for subclasses.
     *
     * @param lock the lock to write under
     * @throws NullPointerException if lock is null
     */
    protected WriteLock(ReentrantReadWriteLock lock) {
      this.sync = lock.sync;
    }

    /**
     * Acquires the write lock, waiting until no other thread holds either lock and it is the
     * current thread's turn. If the current thread holds the write lock already, the hold count is
     * incremented. An interrupt does not end the wait.
     *
     * @throws Error if the hold count would exceed its maximum
     */
    @Override
    public void lock() {
      sync.lockWrite();
    }

    /**
     * Acquires the write lock as {@link #lock()} does, unless the current thread is interrupted,
     * before or while it waits.
     *
     * @throws InterruptedException if the current thread is interrupted; its interrupted status is
     *     cleared and its hold count is unchanged
     * @throws Error if the hold count would exceed its maximum
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
      boolean _ = sync.tryWrite(Deadlines.FOREVER);
    }

    /**
     * Acquires the write lock if it is free now or held by the current thread. A free lock is
     * acquired even if it is fair and threads wait; to queue behind them use {@link #tryLock(long,
     * TimeUnit) tryLock(0, SECONDS)}.
     *
     * @return false if a read lock is held, or another thread holds the write lock
     * @throws Error if the hold count would exceed its maximum
     */
    @Override
    public boolean tryLock() {
      return sync.tryWriteNow();
    }

    /**
     * Acquires the write lock as {@link #lock()} does, if it can be had within the given time and
     * the current thread is not interrupted.
     *
     * @param timeout the longest time to wait; zero or less does not wait
     * @param unit the unit of time
     * @return false if the time has elapsed
     * @throws InterruptedException if the current thread is interrupted, before or while it waits;
     *     its interrupted status is cleared and its hold count is unchanged
     * @throws NullPointerException if unit is null
     * @throws Error if the hold count would exceed its maximum
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
      return sync.tryWrite(unit.toNanos(timeout));
    }

    /**
     * Decrements the hold count, and releases the write lock if it becomes zero. If the current
     * thread holds read locks as well, it goes on as a reader.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold the write lock
     */
    @Override
    public void unlock() {
      sync.unlockWrite();
    }

    /**
     * Makes a condition of the write lock, of the kind that {@link Condvar} describes. Only the
     * holder of the write lock can wait and signal. A wait releases the write lock, and the read
     * locks that the same thread holds, however often they are held, and restores them all.
     *
     * @return a new condition
     */
    @Override
    public Condition newCondition() {
      return sync.makeCondition();
    }

    /**
     * Names the holder.
     *
     * @return the identity and {@code [Unlocked]} or {@code [Locked by thread NAME]}
     */
    @Override
    public String toString() {
      Thread owner = sync.writer();
      return super.toString()
          + "["
          + Subjects.label(this)
          + (owner == null ? "Unlocked" : "Locked by thread " + owner.getName())
          + "]";
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
     * How often the current thread holds the write lock.
     *
     * @return the number of locks without a matching unlock, 0 if the thread does not hold the lock
     */
    public int getHoldCount() {
      return sync.writeHolds();
    }
  }
}
