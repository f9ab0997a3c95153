package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Spin;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock without a queue, whose waiters look at it again and again. It is not
 * reentrant.
 *
 * <p><b>When not to use it: nearly always.</b> A {@link Mutex} spins as well before it sleeps,
 * wakes its waiters at once and in order, and shows its owner to deadlock detection. A spin lock
 * pays off only if all of this holds: the section is a few dozen instructions, with no call that
 * may block, allocate or log; there are fewer contending threads than processors; and it matters
 * that an unlock is a plain store, that it never calls the operating system, or that the lock is
 * one object of 24 bytes for good. The scheduler may suspend a holder at any instruction, the
 * garbage collector at any safepoint: every waiter then burns its processor for the length of its
 * back-off.
 *
 * {@snippet :
 * private final SpinLock lock = new SpinLock();
 *
 * void record(long nanos) {
 *   try (var _ = lock.acquire()) {
 *     count++;
 *     sum += nanos;
 *   }
 * }
 * }
 *
 * <p><b>Waiting.</b> A waiter spins, in pauses of random length that double up to a limit, for some
 * ten microseconds in all; then it yields a few times; then it sleeps between its looks, from 50
 * microseconds up to a millisecond. So a preempted holder, a holder of lower priority or a virtual
 * thread that needs this carrier gets to run, and a lock that is held for long costs its waiters
 * little but latency. On a single processor nobody spins.
 *
 * <p><b>Fairness.</b> None: whoever looks first gets the lock, and a waiter may starve.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts and preserves the
 * interrupted status. {@link #lockInterruptibly()} and {@link #tryLock(long, TimeUnit)} respond to
 * interrupts.
 *
 * <p><b>Mistakes.</b> Locking again by the holder, and unlocking by another thread, throw {@link
 * IllegalMonitorStateException}. A thread that ends without unlocking leaves the lock held.
 *
 * <p><b>Thread dumps.</b> A waiter that sleeps is shown as parking to wait for the lock, one that
 * spins is not; the owner is not shown, and deadlocks are not found. {@link #toString()} names the
 * owner.
 *
 * <p><b>Virtual threads</b> keep their carrier only while they spin. One that finds no memory to
 * sleep yields, though, and for as long as that lasts the JDK's scheduler may have its carrier run
 * no other thread, the holder included.
 *
 * <p><b>Memory consistency effects.</b> Actions before an unlock <i>happen-before</i> those after a
 * subsequent successful lock. Attempts that fail have no such effect.
 *
 * <p><b>Cost.</b> An uncontended lock is one atomic read-modify-write, an unlock one store without
 * a fence. Nothing is allocated but one object by the first {@link #acquire()}. Locks that lie next
 * to each other in memory, or next to the data that they guard, slow each other down.
 *
 * @see <a href="https://doi.org/10.1109/71.80120">T. E. Anderson, "The Performance of Spin Lock
 *     Alternatives for Shared-Memory Multiprocessors"</a>
 */
public final class SpinLock implements Lock {

  /*
   * Algorithm: test-and-test-and-set with randomized exponential back-off. Waiters read the word, which
   * stays in their caches, and try to set it only when they have seen it free.
   *
   * State   0    free
   *         id   held by the thread with that id
   *
   * Transitions
   *
   *        CAS(0, own id)
   *   0 --------------------> id
   *     <--------------------
   *        release store by that thread
   *
   * Invariants
   *   I1  A thread that finds its own id there is the holder: nobody else writes it, and ids are not used
   *       twice.
   *   I2  Locking and unlocking are one access each, so an error before or after leaves the lock as it was
   *       or as it was to be.
   *
   * Memory order
   *   state   CAS to lock; plain release store to unlock: nobody sleeps until an unlock, so none has to
   *           be seen after it
   */
  private static final long FREE = 0;

  /** Spinning: the longest first pause, how often it doubles, and how many looks there are. */
  private static final int FIRST_PAUSE = 16;

  private static final int MAX_DOUBLINGS = 5;
  private static final int SPINS = 7;

  private static final int YIELDS = 8;

  private static final long FIRST_SLEEP_NANOS = 50_000;
  private static final long MAX_SLEEP_NANOS = 1_000_000;

  private static final AtomicLongFieldUpdater<SpinLock> STATE =
      AtomicLongFieldUpdater.newUpdater(SpinLock.class, "state");

  static {
    Spin.initialize();
  }

  private volatile long state;
  private @Nullable Held held;

  /** Constructs a free lock. */
  public SpinLock() {
    if (Order.ON) {
      Ordered.made(this);
    }
  }

  /**
   * Acquires the lock, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   */
  @Override
  public void lock() {
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryAcquire()) {
      int _ = lockContended(false, Deadlines.FOREVER);
    }
  }

  /**
   * Acquires the lock unless the current thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the lock
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryAcquire()) {
      boolean _ = AcquireQueue.isAcquired(lockContended(true, Deadlines.FOREVER));
    }
  }

  /**
   * Acquires the lock if it is free now.
   *
   * @return false if it is held, by the current thread or another
   */
  @Override
  public boolean tryLock() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryAcquire();
  }

  private boolean tryAcquire() {
    return STATE.compareAndSet(this, FREE, Thread.currentThread().threadId());
  }

  /**
   * Acquires the lock if it becomes free within the given time and the current thread is not
   * interrupted. If it is free now this method acquires it whatever the time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it does not hold the lock
   * @throws IllegalMonitorStateException if the current thread holds the lock already and would
   *     wait
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(time);
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.tryLock(this, nanos);
    }
    if (tryAcquire()) {
      return true;
    }
    return nanos > 0 && AcquireQueue.isAcquired(lockContended(true, Deadlines.after(nanos)));
  }

  /**
   * Acquires the lock as {@link #lock()} does, for use in a try-with-resources statement, whose end
   * releases it. Allocates nothing but once in the life of a lock.
   *
   * @return the hold, to be closed by the current thread
   * @throws IllegalMonitorStateException if the current thread holds the lock already
   */
  @MustBeClosed
  public Held acquire() {
    lock();
    Held h = held;
    if (h == null) {
      held = h = new Held(this);
    }
    return h;
  }

  /**
   * Releases the lock.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    if (!isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException("The current thread does not hold this lock: " + this);
    }
    STATE.lazySet(this, FREE);
  }

  /**
   * Throws: nobody can be made to wait for a condition of a lock that wakes nobody.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("A spin lock has no conditions");
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
   * Whether the current thread holds this lock.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return state == Thread.currentThread().threadId();
  }

  /**
   * Tells whether the lock is held, and by which thread.
   *
   * @return the identity and {@code Unlocked} or {@code Locked by thread} with the {@linkplain
   *     Thread#threadId() id} of the holder
   */
  @Override
  public String toString() {
    long s = state;
    return super.toString()
        + "["
        + Subjects.label(this)
        + (s == FREE ? "Unlocked" : "Locked by thread #" + s)
        + "]";
  }

  private int lockContended(boolean interruptible, long deadline) {
    if (isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread holds this lock already, and it is not reentrant: " + this);
    }
    boolean interrupted = false;
    try {
      for (int look = 0; state != FREE || !tryAcquire(); look++) {
        interrupted |= Thread.interrupted();
        if (interruptible && interrupted) {
          return AcquireQueue.INTERRUPTED;
        }
        if (Deadlines.passed(deadline)) {
          return AcquireQueue.TIMED_OUT;
        }
        backOff(look, deadline);
      }
      return AcquireQueue.ACQUIRED;
    } finally {
      if (interrupted && !interruptible) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets time pass between two looks at the lock: the more, the more looks there have been. */
  @SuppressWarnings("ThreadPriorityCheck") // the holder may need this processor, or this carrier
  private void backOff(int look, long deadline) {
    int step = Spin.helps() ? look : look + SPINS;
    if (step < SPINS) {
      int longest = FIRST_PAUSE << Math.min(step, MAX_DOUBLINGS);
      for (int i = ThreadLocalRandom.current().nextInt(longest); i >= 0; i--) {
        Thread.onSpinWait();
      }
    } else if (step < SPINS + YIELDS) {
      Thread.yield();
    } else {
      int doublings = Math.min(step - SPINS - YIELDS, Integer.SIZE / 2);
      long nanos = Math.min(FIRST_SLEEP_NANOS << doublings, MAX_SLEEP_NANOS);
      try {
        LockSupport.parkNanos(this, Math.min(nanos, Deadlines.remaining(deadline)));
      } catch (OutOfMemoryError e) {
        Thread.yield(); // a virtual thread may have no memory to sleep
      }
    }
  }

  /** A hold on a spin lock, which closing releases. There is one for each lock. */
  public static final class Held implements AutoCloseable {
    private final SpinLock lock;

    private Held(SpinLock lock) {
      this.lock = lock;
    }

    /**
     * Releases the lock.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it, as after closing
     *     a hold twice
     */
    @Override
    public void close() {
      lock.unlock();
    }
  }
}
