package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A reentrant mutual exclusion lock, which takes the place of {@link
 * java.util.concurrent.locks.ReentrantLock} with the same methods and the same meaning.
 *
 * <p>The lock is held by the thread that last locked it and has not unlocked it as often. That
 * thread may lock it again, up to 2,147,483,647 times in all; the lock becomes free with the last
 * unlock.
 *
 * {@snippet :
 * private final ReentrantLock lock = new ReentrantLock();
 *
 * void deposit(long amount) {
 *   lock.lock();
 *   try {
 *     balance += amount;
 *   } finally {
 *     lock.unlock();
 *   }
 * }
 * }
 *
 * <p><b>Fairness.</b> A lock that is not fair, the default, is taken by a thread that finds it
 * free, even if others wait; these, platform and virtual threads alike, are woken in the order in
 * which they came, and one that has been woken in vain a fixed number of times is handed the lock
 * by an unlock. A fair lock goes to the thread that has waited longest: a newcomer that finds
 * others waiting queues behind them, except in {@link #tryLock()}, which takes a free lock always,
 * and an unlock grants the lock to the first of them, who does not have to try again.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts and preserves the
 * interrupted status. {@link #lockInterruptibly()} and {@link #tryLock(long, TimeUnit)} respond to
 * interrupts, also while the thread is blocked in the operating system.
 *
 * <p><b>Thread dumps.</b> A thread that waits for a lock is shown as parking to wait for it, {@code
 * jstack -l} lists the locks that a thread holds, and {@code ThreadMXBean.findDeadlockedThreads()}
 * finds deadlocks among them. {@code Thread.getState()} of a platform thread that waits is {@code
 * RUNNABLE} while it waits in native code, which it does for some milliseconds ({@link
 * io.pawl.Pawl}); then it is {@code WAITING} or {@code TIMED_WAITING}.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock <i>happen-before</i> those after a
 * subsequent successful lock of the same lock, as after the exit and the entry of a monitor.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are one atomic read-modify-write, and one full
 * fence where {@link io.pawl.Pawl#describe()} says that fences are symmetric or threads have waited
 * lately; to lock or unlock again adds neither. Construction allocates one object of 32 bytes; the
 * first contention allocates the queue, the first wait of a thread its waiting record, and waiting
 * allocates nothing afterwards. Of those who wait for a fair lock, the one that is next spins for
 * up to 30 microseconds, if that has paid off lately, and is woken ahead of time to do so.
 *
 * <p><b>Stack overflow</b> as for {@link Mutex}.
 *
 * <p>A deserialized lock is free, whatever the state of the one that was serialized, and as fair.
 *
 * @see Mutex
 */
public class ReentrantLock extends OwnedLock implements Lock, Serializable {

  /*
   * State   FREE   nobody holds it
   *         1..n   held that often by the owner, or 1 while it is being handed over
   *
   * The transitions between FREE and HELD, which is 1, are those of OwnedLock. Only the owner moves
   * the state between 1 and n, without a compare-and-set: others replace FREE only, of a fair lock
   * also on behalf of the thread that has waited longest (FairQueue). A wait for a
   * condition puts the count aside and frees the lock; the owner that comes back restores it.
   */

  @Serial private static final long serialVersionUID = 1L;

  /** Whether the longest-waiting thread comes first. */
  private final boolean fair;

  /** Constructs a free lock that is not fair. */
  public ReentrantLock() {
    this(false);
  }

  /**
   * Constructs a free lock.
   *
   * @param fair whether the thread that has waited longest gets it first
   */
  public ReentrantLock(boolean fair) {
    this.fair = fair;
  }

  /**
   * Acquires the lock, waiting until it is free. If the current thread holds it already, the hold
   * count is incremented. An interrupt does not end the wait.
   *
   * @throws Error if the hold count would exceed its maximum
   */
  @Override
  public void lock() {
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryAcquireInTurn()) {
      int _ = acquireContended(false, Deadlines.FOREVER);
    }
  }

  /**
   * Acquires the lock as {@link #lock()} does, unless the current thread is interrupted, before or
   * while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and its hold count is unchanged
   * @throws Error if the hold count would exceed its maximum
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryAcquireInTurn()) {
      boolean _ = AcquireQueue.isAcquired(acquireContended(true, Deadlines.FOREVER));
    }
  }

  /**
   * Acquires the lock if it is free now or held by the current thread. A free lock is acquired even
   * if it is fair and others wait; to queue behind them use {@link #tryLock(long, TimeUnit)
   * tryLock(0, SECONDS)}.
   *
   * @return false if another thread holds it
   * @throws Error if the hold count would exceed its maximum
   */
  @Override
  public boolean tryLock() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryAcquire(HELD) || tryReenter();
  }

  /**
   * Acquires the lock if it becomes free within the given time, or is held by the current thread,
   * and the current thread is not interrupted. A fair lock is not acquired past threads that wait.
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
    long nanos = unit.toNanos(timeout);
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.tryLock(this, nanos);
    }
    if (tryAcquireInTurn()) {
      return true;
    }
    if (nanos <= 0) {
      return tryReenter();
    }
    return AcquireQueue.isAcquired(acquireContended(true, Deadlines.after(nanos)));
  }

  /**
   * Decrements the hold count, and frees the lock if it becomes zero.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public void unlock() {
    if (isOwner() && state == HELD) {
      release();
    } else {
      unlockOuter();
    }
  }

  /**
   * Makes a condition of this lock, of the kind that {@link Condvar} describes: only a thread that
   * holds the lock can wait and signal, waiting threads are signalled in the order in which they
   * began to wait, and a wait frees the lock however often it is held and restores the hold count.
   *
   * @return a new condition
   */
  @Override
  public Condition newCondition() {
    return makeCondition();
  }

  /**
   * How often the current thread holds this lock.
   *
   * @return the number of locks without a matching unlock, 0 if the thread does not hold the lock
   */
  public int getHoldCount() {
    return isOwner() ? state : 0;
  }

  /**
   * Whether the current thread holds this lock.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return isOwner();
  }

  /**
   * Whether any thread holds this lock; for monitoring, not for synchronization.
   *
   * @return true if some thread does
   */
  public boolean isLocked() {
    return state != FREE;
  }

  /**
   * Whether this lock is fair.
   *
   * @return true if it was so constructed
   */
  public final boolean isFair() {
    return fair;
  }

  /**
   * The thread that holds this lock. An estimate when called by another thread: the owner may be
   * missing for a moment while threads are at it.
   *
   * @return the owner, or null if there is none
   */
  protected @Nullable Thread getOwner() {
    return state == FREE ? null : owner();
  }

  /**
   * Whether threads wait for this lock; for monitoring, not for synchronization.
   *
   * @return true if there may be such threads
   */
  public final boolean hasQueuedThreads() {
    return isQueued();
  }

  /**
   * Whether a thread waits for this lock; for monitoring, not for synchronization.
   *
   * @param thread the thread
   * @return true if it is in the queue
   * @throws NullPointerException if thread is null
   */
  public final boolean hasQueuedThread(Thread thread) {
    Objects.requireNonNull(thread, "thread");
    return queuedThreads().contains(thread);
  }

  /**
   * An estimate of the number of threads that wait for this lock.
   *
   * @return the number, exact while it does not change
   */
  public final int getQueueLength() {
    return queueLength();
  }

  /**
   * The threads that wait for this lock, as an estimate for monitoring.
   *
   * @return a new collection, in the order in which the threads will be woken
   */
  protected Collection<Thread> getQueuedThreads() {
    return queuedThreads();
  }

  /**
   * Whether threads wait for a condition of this lock; some of them may be about to time out.
   *
   * @param condition the condition
   * @return true if there are such threads
   * @throws IllegalMonitorStateException if the current thread does not hold this lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  public boolean hasWaiters(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(this, condition).hasWaiters();
  }

  /**
   * How many threads wait for a condition of this lock, those about to time out included.
   *
   * @param condition the condition
   * @return the number
   * @throws IllegalMonitorStateException if the current thread does not hold this lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  public int getWaitQueueLength(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(this, condition).getWaitQueueLength();
  }

  /**
   * The threads that wait for a condition of this lock, those about to time out included.
   *
   * @param condition the condition
   * @return a new collection, in the order in which the threads will be signalled
   * @throws IllegalMonitorStateException if the current thread does not hold this lock
   * @throws IllegalArgumentException if the condition is not one of this lock's
   * @throws NullPointerException if condition is null
   */
  protected Collection<Thread> getWaitingThreads(java.util.concurrent.locks.Condition condition) {
    return Condvar.of(this, condition).threads();
  }

  /**
   * Names the lock and its owner.
   *
   * @return the identity and {@code [Unlocked]} or {@code [Locked by thread NAME]}
   */
  @Override
  public String toString() {
    return describe();
  }

  private String describe() {
    Thread owner = owner();
    return super.toString()
        + "["
        + Subjects.label(this)
        + (owner == null ? "Unlocked" : "Locked by thread " + owner.getName())
        + "]";
  }

  /** Acquires the lock if it is free and this thread is not to queue behind others. */
  private boolean tryAcquireInTurn() {
    return !(fair && isQueued()) && tryAcquire(HELD);
  }

  /** Increments the hold count of the thread that holds the lock. */
  private boolean tryReenter() {
    if (!isOwner()) {
      return false;
    }
    int holds = state + 1;
    if (holds < 0) {
      throw new Error("Maximum lock count exceeded");
    }
    STATE.lazySet(this, holds);
    return true;
  }

  /** Decrements the hold count, which is more than one. */
  private void unlockOuter() {
    if (!isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold this lock: " + describe());
    }
    STATE.lazySet(this, state - 1);
  }

  private int acquireContended(boolean interruptible, long deadline) {
    return tryReenter()
        ? AcquireQueue.ACQUIRED
        : acquireQueued(AcquireQueue.EXCLUSIVE, interruptible, deadline);
  }

  private List<Thread> queuedThreads() {
    LockQueue q = queueOrNull();
    return q == null ? List.of() : q.threads();
  }

  @Override
  final LockQueue newQueue() {
    return fair ? new FairExclusiveQueue(this) : new ExclusiveQueue(this);
  }
}
