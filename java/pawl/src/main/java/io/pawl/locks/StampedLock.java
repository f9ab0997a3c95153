package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import java.io.Serial;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A lock with three ways in, for writing, for reading and for optimistic reading, which takes the
 * place of {@link java.util.concurrent.locks.StampedLock} with the same methods and the same
 * meaning.
 *
 * <p>Methods that acquire the lock return a <i>stamp</i>, which those that release or convert it
 * require. A method that fails to acquire it returns zero instead. An optimistic read acquires
 * nothing: it gets a stamp, reads, and asks {@link #validate} whether there has been a writer
 * meanwhile. What it has read up to then may be inconsistent, so it is put into local variables and
 * used only if the stamp is valid.
 *
 * {@snippet :
 * private final StampedLock lock = new StampedLock();
 * private long low;
 * private long high;
 *
 * void grow(long by) {
 *   long stamp = lock.writeLock();
 *   try {
 *     low -= by;
 *     high += by;
 *   } finally {
 *     lock.unlockWrite(stamp);
 *   }
 * }
 *
 * long width() {
 *   long stamp = lock.tryOptimisticRead();
 *   long from = low;
 *   long to = high;
 *   if (!lock.validate(stamp)) {
 *     stamp = lock.readLock();
 *     try {
 *       from = low;
 *       to = high;
 *     } finally {
 *       lock.unlockRead(stamp);
 *     }
 *   }
 *   return to - from;
 * }
 * }
 *
 * <p><b>Ownership and reentrancy.</b> Locks have no owner: any thread that has a stamp can release
 * or convert with it. They are not reentrant: a thread that holds the write lock and locks again
 * waits for itself. Stamps of read locks that are held at the same time may be equal, and can then
 * be used for one another. Stamps are not for the eyes of those who are not trusted, for they can
 * be guessed, and may recur after a year of continuous operation, not sooner; a stamp that is kept
 * longer without being used or validated may be taken for a new one.
 *
 * <p><b>Fairness.</b> Waiters are served in the order in which they came; readers that stand next
 * to each other are let in together. A thread that finds the lock free may take it past those that
 * wait, but once a waiter has been woken in vain a fixed number of times, a release soon hands the
 * lock to it. Readers join other readers whoever waits, so that a thread which reads already can
 * read again, and ever new readers can keep a writer out: where they would, use {@link RwLock}.
 * Only {@link #tryReadLock(long, TimeUnit)} joins them if nobody waits. To others a lock that is
 * being handed to a writer is held by that writer, even if the writer turns out to have given up.
 *
 * <p><b>Interruption and timeouts.</b> {@link #writeLock()} and {@link #readLock()} ignore
 * interrupts and preserve the interrupted status; the other methods that wait respond to
 * interrupts, also while the thread is blocked in the operating system.
 *
 * <p><b>Thread dumps</b> show a waiting thread as parking to wait for this lock. As it has no
 * owner, deadlocks that involve it are not found.
 *
 * <p><b>Memory consistency effects.</b> Actions before a release of the write lock
 * <i>happen-before</i> those after a subsequent acquisition of either lock, and before the reads
 * between an optimistic stamp that was obtained subsequently and its successful validation. Actions
 * before a release of the read lock <i>happen-before</i> those after a subsequent acquisition of
 * the write lock.
 *
 * <p><b>Cost.</b> An uncontended write lock and unlock are one atomic read-modify-write, and one
 * full fence where {@link io.pawl.Pawl#describe()} says that fences are symmetric or threads have
 * waited lately, a read lock and unlock two atomic read-modify-writes, an optimistic read two
 * reads. Construction allocates one object of 40 bytes; the first contention allocates the queue,
 * the first wait of a thread its waiting record, and waiting allocates nothing afterwards.
 *
 * <p><b>Stack overflow</b> as for {@link Mutex}.
 *
 * <p>A deserialized lock is free, whatever the state of the one that was serialized.
 *
 * @see RwLock
 * @see <a href="https://doi.org/10.1145/2247684.2247688">H.-J. Boehm, "Can Seqlocks Get Along With
 *     Programming Language Memory Models?"</a>
 */
public class StampedLock extends StampedSync implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private static final AtomicReferenceFieldUpdater<StampedLock, @Nullable StampedViews> VIEWS =
      AtomicReferenceFieldUpdater.newUpdater(StampedLock.class, StampedViews.class, "views");

  private transient volatile @Nullable StampedViews views;

  /** Constructs a free lock. */
  public StampedLock() {}

  // ---- Writing

  /**
   * Acquires the write lock, waiting until the lock is free. An interrupt does not end the wait.
   *
   * @return a stamp for {@link #unlockWrite} or a conversion
   */
  public long writeLock() {
    return Order.ON ? Ordered.counted(this, true, this::write) : write();
  }

  private long write() {
    long stamp = tryWrite();
    return stamp != 0 ? stamp : waitToWrite();
  }

  private long waitToWrite() {
    int _ = contendWrite(false, Deadlines.FOREVER);
    return writeStamp();
  }

  /**
   * Acquires the write lock if the lock is free now.
   *
   * @return a stamp for {@link #unlockWrite} or a conversion, or 0 if the lock is held
   */
  public long tryWriteLock() {
    return Order.ON ? Ordered.counted(this, false, this::tryWrite) : tryWrite();
  }

  /**
   * Acquires the write lock if the lock becomes free within the given time and the current thread
   * is not interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return a stamp for {@link #unlockWrite} or a conversion, or 0 if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it has not acquired the lock
   * @throws NullPointerException if unit is null
   */
  public long tryWriteLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    return Order.ON ? Ordered.stamp(this, nanos, () -> write(nanos)) : write(nanos);
  }

  private long write(long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    long stamp = tryWrite();
    return stamp != 0 || nanos <= 0 ? stamp : waitToWrite(Deadlines.after(nanos));
  }

  /**
   * Acquires the write lock as {@link #writeLock()} does, unless the current thread is interrupted,
   * before or while it waits.
   *
   * @return a stamp for {@link #unlockWrite} or a conversion
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it has not acquired the lock
   */
  public long writeLockInterruptibly() throws InterruptedException {
    long forever = Deadlines.FOREVER;
    return Order.ON ? Ordered.stamp(this, forever, () -> write(forever)) : write(forever);
  }

  private long waitToWrite(long deadline) throws InterruptedException {
    return AcquireQueue.isAcquired(contendWrite(true, deadline)) ? writeStamp() : 0;
  }

  // ---- Reading

  /**
   * Acquires a read lock, at once if the write lock is not held, even if others wait; else it waits
   * for its turn. An interrupt does not end the wait.
   *
   * @return a stamp for {@link #unlockRead} or a conversion
   * @throws Error if the number of read locks would exceed its maximum, 2,147,483,647
   */
  public long readLock() {
    return Order.ON ? Ordered.counted(this, true, this::read) : read();
  }

  private long read() {
    long stamp = tryRead(true, true);
    return stamp != 0 ? stamp : waitToRead();
  }

  private long waitToRead() {
    int _ = contendRead(false, Deadlines.FOREVER);
    return readStamp();
  }

  /**
   * Acquires a read lock if the write lock is not held now, even if others wait. While the last of
   * more than 62 readers leaves, this waits for one store of that thread.
   *
   * @return a stamp for {@link #unlockRead} or a conversion, or 0 if the write lock is held
   * @throws Error as {@link #readLock()}
   */
  public long tryReadLock() {
    return Order.ON ? Ordered.counted(this, false, this::tryReadBarging) : tryReadBarging();
  }

  /**
   * Acquires a read lock if it can be had within the given time, not past those that waited before
   * if others read, and the current thread is not interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return a stamp for {@link #unlockRead} or a conversion, or 0 if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it has not acquired the lock
   * @throws NullPointerException if unit is null
   * @throws Error as {@link #readLock()}
   */
  public long tryReadLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    return Order.ON ? Ordered.stamp(this, nanos, () -> read(false, nanos)) : read(false, nanos);
  }

  private long read(boolean joins, long nanos) throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    long stamp = tryRead(joins, nanos > 0);
    return stamp != 0 || nanos <= 0 ? stamp : waitToRead(Deadlines.after(nanos));
  }

  /**
   * Acquires a read lock as {@link #readLock()} does, unless the current thread is interrupted,
   * before or while it waits.
   *
   * @return a stamp for {@link #unlockRead} or a conversion
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it has not acquired the lock
   * @throws Error as {@link #readLock()}
   */
  public long readLockInterruptibly() throws InterruptedException {
    long forever = Deadlines.FOREVER;
    return Order.ON ? Ordered.stamp(this, forever, () -> read(true, forever)) : read(true, forever);
  }

  private long waitToRead(long deadline) throws InterruptedException {
    return AcquireQueue.isAcquired(contendRead(true, deadline)) ? readStamp() : 0;
  }

  // ---- Optimistic reading

  /**
   * Begins an optimistic read.
   *
   * @return a stamp for {@link #validate} or a conversion, or 0 if the write lock is held
   */
  public long tryOptimisticRead() {
    return tryOptimistic();
  }

  /**
   * Whether the write lock has not been acquired since the stamp was obtained; also true as long as
   * the stamp stands for a lock that is held. If it is true, reads before this call that follow the
   * stamp have seen no part of a later write.
   *
   * @param stamp a stamp; 0 is never valid
   * @return true if it is valid
   */
  public boolean validate(long stamp) {
    return isValid(stamp);
  }

  // ---- Unlocking

  /**
   * Releases the write lock.
   *
   * @param stamp of the write lock
   * @throws IllegalMonitorStateException if the stamp is not that of the write lock as it is held
   */
  public void unlockWrite(long stamp) {
    if (!tryUnlockWrite(stamp)) {
      throw notHeld("the write lock");
    }
    if (Order.ON) {
      Ordered.released(this);
    }
  }

  /**
   * Releases a read lock.
   *
   * @param stamp of the read lock
   * @throws IllegalMonitorStateException if the stamp is not that of a read lock that is held
   */
  public void unlockRead(long stamp) {
    if (!tryUnlockRead(stamp)) {
      throw notHeld("a read lock");
    }
    if (Order.ON) {
      Ordered.released(this);
    }
  }

  /**
   * Releases the lock that the stamp stands for.
   *
   * @param stamp of the write lock or a read lock
   * @throws IllegalMonitorStateException if the stamp is not that of a lock that is held
   */
  public void unlock(long stamp) {
    if ((stamp & WRITER) != 0) {
      unlockWrite(stamp);
    } else {
      unlockRead(stamp);
    }
  }

  private static IllegalMonitorStateException notHeld(String what) {
    return new IllegalMonitorStateException("The stamp is not that of " + what + " that is held");
  }

  /**
   * Releases the write lock if it is held, by whomever, without a stamp; for recovery after errors.
   *
   * @return whether it was held
   */
  public boolean tryUnlockWrite() {
    return tryUnlockHeldWrite();
  }

  final boolean tryUnlockHeldWrite() {
    return Order.ON ? Ordered.released(this, tryUnlockAnyWrite()) : tryUnlockAnyWrite();
  }

  /**
   * Releases one read lock if any is held, by whomever, without a stamp; for recovery after errors.
   *
   * @return whether one was held
   */
  public boolean tryUnlockRead() {
    return tryUnlockHeldRead();
  }

  final boolean tryUnlockHeldRead() {
    return Order.ON ? Ordered.released(this, tryUnlockAnyRead()) : tryUnlockAnyRead();
  }

  // ---- Conversion

  /**
   * Turns what the stamp stands for into the write lock, if that can be done at once: the write
   * lock stays as it is; a read lock that is the only one becomes the write lock; and if the stamp
   * is of an optimistic read, is valid and the lock is free, the write lock is acquired.
   *
   * @param stamp a stamp
   * @return a stamp of the write lock, or 0 if nothing has been done
   */
  public long tryConvertToWriteLock(long stamp) {
    return Order.ON && isOptimisticReadStamp(stamp)
        ? Ordered.counted(this, false, () -> convertToWrite(stamp))
        : convertToWrite(stamp);
  }

  /**
   * Turns what the stamp stands for into a read lock, if that can be done at once: the write lock
   * becomes a read lock; a read lock stays as it is; and if the stamp is of an optimistic read and
   * valid, a read lock is acquired, even if others wait.
   *
   * @param stamp a stamp
   * @return a stamp of a read lock, or 0 if nothing has been done
   * @throws Error as {@link #readLock()}
   */
  public long tryConvertToReadLock(long stamp) {
    return Order.ON && isOptimisticReadStamp(stamp)
        ? Ordered.counted(this, false, () -> convertToRead(stamp))
        : convertToRead(stamp);
  }

  /**
   * Turns what the stamp stands for into an optimistic read: a lock is released; a stamp of an
   * optimistic read stays as it is if it is valid.
   *
   * @param stamp a stamp
   * @return a stamp of an optimistic read, or 0 if the given one is neither valid nor that of a
   *     lock that is held
   */
  public long tryConvertToOptimisticRead(long stamp) {
    return Order.ON && isLockStamp(stamp)
        ? Ordered.released(this, convertToOptimistic(stamp))
        : convertToOptimistic(stamp);
  }

  // ---- Inspection

  /**
   * Whether the write lock is held.
   *
   * @return true if it is
   */
  public boolean isWriteLocked() {
    return hasWriter();
  }

  /**
   * Whether a read lock is held.
   *
   * @return true if at least one is
   */
  public boolean isReadLocked() {
    return holds() > 0;
  }

  /**
   * Whether a stamp is that of a write lock, held or not.
   *
   * @param stamp what a method of a lock of this class has returned
   * @return true if it is
   */
  public static boolean isWriteLockStamp(long stamp) {
    return (stamp & LOCK_BITS) == WRITER;
  }

  /**
   * Whether a stamp is that of a read lock, held or not.
   *
   * @param stamp what a method of a lock of this class has returned
   * @return true if it is
   */
  public static boolean isReadLockStamp(long stamp) {
    return (stamp & READ_BITS) != 0;
  }

  /**
   * Whether a stamp is that of a write lock or a read lock, held or not.
   *
   * @param stamp what a method of a lock of this class has returned
   * @return true if it is
   */
  public static boolean isLockStamp(long stamp) {
    return (stamp & LOCK_BITS) != 0;
  }

  /**
   * Whether a stamp is that of an optimistic read, valid or not.
   *
   * @param stamp what a method of a lock of this class has returned
   * @return true if it is
   */
  public static boolean isOptimisticReadStamp(long stamp) {
    return (stamp & LOCK_BITS) == 0 && stamp != 0;
  }

  /**
   * How many read locks are held; for monitoring, not for synchronization.
   *
   * @return the number of read locks
   */
  public int getReadLockCount() {
    return Math.max(0, holds());
  }

  /**
   * Tells how the lock is held.
   *
   * @return the identity and {@code [Unlocked]}, {@code [Write-locked]} or {@code [Read-locks:n]}
   *     with the number of read locks
   */
  @Override
  public String toString() {
    int readers = getReadLockCount();
    return super.toString()
        + "["
        + Subjects.label(this)
        + (readers > 0 ? "Read-locks:" + readers : hasWriter() ? "Write-locked" : "Unlocked")
        + "]";
  }

  // ---- Views

  /**
   * A view of this lock whose {@link Lock#lock() lock} is {@link #readLock()}, and its other
   * methods likewise. Any thread may unlock it. It has no conditions: {@link Lock#newCondition()}
   * throws {@link UnsupportedOperationException}.
   *
   * @return the same object each time
   */
  public Lock asReadLock() {
    return views().readLock();
  }

  /**
   * A view of this lock whose {@link Lock#lock() lock} is {@link #writeLock()}, and its other
   * methods likewise. Any thread may unlock it. It has no conditions: {@link Lock#newCondition()}
   * throws {@link UnsupportedOperationException}.
   *
   * @return the same object each time
   */
  public Lock asWriteLock() {
    return views().writeLock();
  }

  /**
   * A view of this lock whose two locks are {@link #asReadLock()} and {@link #asWriteLock()}.
   *
   * @return the same object each time
   */
  public ReadWriteLock asReadWriteLock() {
    return views();
  }

  private StampedViews views() {
    StampedViews v = views;
    if (v == null) {
      StampedViews fresh = new StampedViews(this);
      v = VIEWS.compareAndSet(this, null, fresh) ? fresh : views();
    }
    return v;
  }
}
