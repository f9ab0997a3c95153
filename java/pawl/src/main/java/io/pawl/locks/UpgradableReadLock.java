package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.SoleWait;
import io.pawl.internal.queue.StackRoom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The read lock of an {@link RwLock} that can become its write lock, made by {@link
 * RwLock#upgradableReadLock()}: one thread at a time holds it, beside any number of readers, so
 * what it has read still holds when it writes.
 *
 * {@snippet :
 * UpgradableReadLock upgradable = lock.upgradableReadLock();
 *
 * void addUnlessPresent(String key, Route route) {
 *   upgradable.lock();
 *   try {
 *     if (!routes.containsKey(key)) {   // beside other readers
 *       upgradable.upgrade();           // waits for them to leave; no writer comes between
 *       routes.put(key, route);
 *     }
 *   } finally {
 *     upgradable.unlock();              // upgraded or not
 *   }
 * }
 * }
 *
 * <p>Two plain readers that both waited to become writers would wait for each other, for which
 * reason {@link RwLock.ReadLock} has no upgrade. Whoever might write takes this lock; whoever
 * surely does not, the read lock.
 *
 * <p><b>Upgrade.</b> The holder waits until all other readers have left. Nobody joins them
 * meanwhile: newcomers wait as behind a writer. Writers that wait already are overtaken. If the
 * upgrade ends by an interrupt, a timeout or an error, the thread holds the upgradable read lock as
 * before. Once it has succeeded the thread is the writer, for conditions of the write lock too,
 * until it unlocks or {@linkplain #downgrade() downgrades}; it leaves the unlocking to this object.
 *
 * <p><b>Fairness.</b> Threads that want this lock compete for it as for a {@link Mutex}, and then
 * come in as readers do.
 *
 * <p><b>Reentrancy.</b> None. The holder of this or of the write lock that locks again gets an
 * {@link IllegalMonitorStateException}. A thread that holds a plain read lock must not lock this:
 * upgrading it would wait for itself, and even without an upgrade it may wait for the holder of
 * this lock, who waits for it, be it behind a writer.
 *
 * <p><b>Owners.</b> The thread that has taken the lock has to release it. A thread that ends while
 * it holds the lock keeps it for good.
 *
 * <p><b>Interruption, timeouts</b> and <b>virtual threads</b> as for {@link Mutex}. <b>Thread
 * dumps</b> show the thread that waits for this lock as waiting for a mutex of its holder, and an
 * upgrading one as waiting for the read-write lock, whose readers are not shown as owners.
 *
 * <p><b>Memory consistency effects.</b> Those of the read lock; and actions before an unlock of
 * this lock <i>happen-before</i> those after a subsequent lock of it. Actions before an unlock of a
 * read lock happen-before those after an upgrade that has waited for it, as for the write lock.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are two pairs of atomic read-modify-writes: those
 * of a mutex and of a read lock that is counted without slots. An upgrade that need not wait is one
 * more; it closes the readers' slots as any writer does, at the price told at {@link RwLock}. One
 * that waits sleeps until the last reader wakes it. Locks that are never upgraded have 4 bytes for
 * it.
 *
 * <p><b>Stack overflow</b> as for {@link Mutex}.
 *
 * @see <a
 *     href="https://docs.rs/lock_api/latest/lock_api/struct.RwLockUpgradableReadGuard.html">Upgradable
 *     read guards in lock_api and parking_lot</a>
 */
public final class UpgradableReadLock implements Lock {

  /*
   * Algorithm: a mutex, held as long as the lock is, and inside it a read lock that is counted in the
   * state. The state of the read-write lock tells the rest (RwSync).
   *
   *                        lock                          upgrade
   *   nothing ----> mutex -------> mutex, one read lock ---------> mutex, the write lock
   *      ^            |                 |          ^                 |         |
   *      +------------+<----------------+          +-----------------+         |
   *                   ^     unlock                      downgrade              |
   *                   +--------------------------------------------------------+
   *                                           unlock
   *
   * Invariants
   *   I1  The holder of the mutex, once lock() has returned, has one read lock in the state, or is the owner
   *       of the write lock: so isOwner() tells whether it has upgraded.
   *   I2  The mutex is locked first and unlocked last, so there is one upgrader at a time, which wait has
   *       room for.
   *   I3  A read lock that cannot be had gives the mutex back, whatever is thrown.
   */
  final RwSync sync;

  private final Mutex mutex = new Mutex();
  private final SoleWait wait = new SoleWait();

  UpgradableReadLock(RwSync sync) {
    this.sync = sync;
    mutex.whole = sync;
    if (Order.ON) {
      Ordered.part(mutex, sync);
    }
  }

  /** What wakes the thread that waits to become the writer, or null if there is none. */
  @Nullable Parker parker() {
    return wait.parker();
  }

  // ---- Locking

  /**
   * Acquires the lock, waiting until it can be had. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds this or the write lock
   * @throws Error if the number of read locks would exceed its maximum, 536,870,911
   */
  @Override
  public void lock() {
    requireOutside();
    mutex.lock();
    boolean acquired = false;
    try {
      acquired =
          sync.tryReadBesideSlots()
              || sync.contend(RwSync.SHARED, false, Deadlines.FOREVER) == AcquireQueue.ACQUIRED;
    } finally {
      if (!acquired) {
        mutex.unlock();
      }
    }
  }

  /**
   * Acquires the lock unless the current thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the lock
   * @throws IllegalMonitorStateException if the current thread holds this or the write lock
   * @throws Error as {@link #lock()}
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    requireOutside();
    mutex.lockInterruptibly();
    boolean _ = joinReaders(Deadlines.FOREVER);
  }

  /**
   * Acquires the lock if it can be had now: nobody else holds it, and a read lock can be had. May
   * also fail in the moment in which another thread that holds it, or tries in vain, leaves.
   *
   * @return whether it was acquired
   * @throws Error as {@link #lock()}
   */
  @Override
  public boolean tryLock() {
    if (!mutex.tryLock()) {
      return false;
    }
    boolean acquired = false;
    try {
      acquired = sync.tryReadBesideSlots();
    } finally {
      if (!acquired) {
        mutex.unlock();
      }
    }
    return acquired;
  }

  /**
   * Acquires the lock if it can be had within the given time and the current thread is not
   * interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException as {@link #lockInterruptibly()}
   * @throws IllegalMonitorStateException if the current thread holds this or the write lock and
   *     would wait
   * @throws NullPointerException if unit is null
   * @throws Error as {@link #lock()}
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (tryLock()) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    requireOutside();
    long deadline = Deadlines.after(nanos);
    return mutex.tryLock(nanos, TimeUnit.NANOSECONDS) && joinReaders(deadline);
  }

  /** Takes a read lock, with the mutex just acquired, which is given back if that fails. */
  private boolean joinReaders(long deadline) throws InterruptedException {
    boolean acquired = false;
    try {
      acquired =
          sync.tryReadBesideSlots()
              || (!Deadlines.passed(deadline)
                  && AcquireQueue.isAcquired(sync.contend(RwSync.SHARED, true, deadline)));
    } finally {
      if (!acquired) {
        mutex.unlock();
      }
    }
    return acquired;
  }

  private void requireOutside() {
    if (mutex.isHeldByCurrentThread() || sync.isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread holds the upgradable read lock or the write lock, and they are not"
              + " reentrant; to go on from the one to the other, use upgrade() or downgrade()");
    }
  }

  /**
   * Releases the lock, upgraded or not.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it, or has upgraded it
   *     and released the write lock as such; other threads can have it then
   */
  @Override
  public void unlock() {
    requireHolder();
    makeRoom();
    boolean upgraded = sync.takeUpgraded();
    try {
      if (sync.isOwner()) {
        sync.unlockWrite();
      } else if (upgraded) {
        throw new IllegalMonitorStateException(
            "The current thread has released what it had upgraded, by the write lock: " + this);
      } else {
        sync.unlockCounted();
      }
    } finally {
      if (!sync.isOwner()) { // else the stack has overflowed before the write lock was released
        mutex.unlock();
      }
    }
  }

  /** Makes sure that an unlock is not left half done, be there others to wake or not. */
  private void makeRoom() {
    if (mutex.hasQueuedThreads() || sync.isQueued()) {
      StackRoom.forWake();
    } else {
      StackRoom.forStep();
    }
  }

  // ---- Upgrading

  /**
   * Makes the lock the write lock, waiting until all other readers have left. An interrupt does not
   * end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock, or has
   *     upgraded it already
   * @throws OutOfMemoryError if there is no memory for waiting; the lock is held as before
   */
  public void upgrade() {
    requireReader();
    int _ = sync.upgrade(wait, false, Deadlines.FOREVER);
  }

  /**
   * Makes the lock the write lock, waiting until all other readers have left, unless the current
   * thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared, and the lock is held as before
   * @throws IllegalMonitorStateException if the current thread does not hold the lock, or has
   *     upgraded it already
   * @throws OutOfMemoryError as {@link #upgrade()}
   */
  public void upgradeInterruptibly() throws InterruptedException {
    requireReader();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    boolean _ = AcquireQueue.isAcquired(sync.upgrade(wait, true, Deadlines.FOREVER));
  }

  /**
   * Makes the lock the write lock if there is no other reader now. May also fail in the moment in
   * which a reader leaves or gives up.
   *
   * @return whether it did; if not the lock is held as before
   * @throws IllegalMonitorStateException if the current thread does not hold the lock, or has
   *     upgraded it already
   */
  public boolean tryUpgrade() {
    requireReader();
    return sync.tryUpgrade();
  }

  /**
   * Makes the lock the write lock if all other readers leave within the given time and the current
   * thread is not interrupted.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed; the lock is then held as before
   * @throws InterruptedException as {@link #upgradeInterruptibly()}
   * @throws IllegalMonitorStateException if the current thread does not hold the lock, or has
   *     upgraded it already
   * @throws NullPointerException if unit is null
   * @throws OutOfMemoryError as {@link #upgrade()}
   */
  public boolean tryUpgrade(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    requireReader();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return nanos <= 0
        ? sync.tryUpgrade()
        : AcquireQueue.isAcquired(sync.upgrade(wait, true, Deadlines.after(nanos)));
  }

  /**
   * Makes the write lock, to which this lock has been upgraded, the upgradable read lock again. No
   * other writer can get in between; waiting readers at the head of the queue may come in.
   *
   * @throws IllegalMonitorStateException if the current thread has not upgraded the lock
   */
  public void downgrade() {
    requireHolder();
    sync.downgrade();
  }

  private void requireReader() {
    requireHolder();
    if (sync.isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread has upgraded the lock already: " + this);
    }
  }

  private void requireHolder() {
    if (!mutex.isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the upgradable read lock: " + this);
    }
  }

  // ---- Inspection

  /** How many threads wait for the mutex. */
  int queueLength() {
    return mutex.getQueueLength();
  }

  /** Whether some thread holds the lock, or is about to. */
  boolean isLocked() {
    return mutex.isLocked();
  }

  /**
   * Whether the current thread holds the lock, upgraded or not.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return mutex.isHeldByCurrentThread();
  }

  /**
   * Upgradable read locks have no conditions; those of the write lock can be used by a thread that
   * has upgraded.
   *
   * @return never
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condvar newCondition() {
    throw new UnsupportedOperationException();
  }

  /**
   * Names the holder.
   *
   * @return the identity and {@code Unlocked} or {@code Locked by thread} with the name of the
   *     holder
   */
  @Override
  public String toString() {
    Thread owner = mutex.owner();
    return super.toString()
        + "["
        + Subjects.label(this)
        + (owner == null ? "Unlocked" : "Locked by thread " + owner.getName())
        + "]";
  }
}
