package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.backend.Preparation;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.OwnerLookup;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.HandOffQueue;
import io.pawl.internal.queue.RequeueTarget;
import java.io.Serial;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock that threads get in exactly the order in which they ask for it. It is not
 * reentrant.
 *
 * <p>A fair mutex is held by at most one thread, its owner. Only the owner may unlock it, and the
 * owner may not lock it again; both mistakes throw {@link IllegalMonitorStateException}. It needs
 * nothing outside the heap and is never closed.
 *
 * {@snippet :
 * private final FairMutex mutex = new FairMutex();
 *
 * Ticket next() {
 *   try (var held = mutex.acquire()) {
 *     return tickets.removeFirst(); // nobody is overtaken
 *   }
 * }
 * }
 *
 * <p><b>When to use it.</b> Where the order matters, or no thread may wait for longer than it takes
 * all those before it. A {@link Mutex}, which lets newcomers in while a woken thread is on its way,
 * gets more done under contention, and does not let a thread starve either.
 *
 * <p><b>Fairness.</b> First come, first served, platform and virtual threads alike. A thread has
 * come when one compare-and-set has put it at the end of the queue, or has found the mutex free; it
 * is the first step of a lock that other threads can notice. An unlock does not free a mutex for
 * which threads wait: it hands it over to the first of them, so nobody can come in between, not
 * even by {@link #tryLock()}. A thread that gives up, by timeout or interrupt, leaves the order of
 * the others as it was, and comes last when it tries again. A thread that has waited for a
 * condition queues for the mutex from the moment at which it is signalled, or gives up waiting for
 * a signal.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts and preserves the
 * interrupted status. {@link #lockInterruptibly()} and {@link #tryLock(long, TimeUnit)} respond to
 * interrupts, also while the thread is blocked in the operating system. A hand-off that meets a
 * thread in the act of giving up goes on to the next one.
 *
 * <p><b>Thread dumps.</b> A thread that waits for a mutex is shown as parking to wait for it,
 * {@code jstack -l} lists the mutexes that a thread holds, and {@code
 * ThreadMXBean.findDeadlockedThreads()} finds deadlocks among them. The mutex has no owner while it
 * is being handed over.
 *
 * <p><b>Virtual threads</b> wait without their carrier.
 *
 * <p><b>Memory consistency effects.</b> A successful lock and a successful unlock have the effects
 * that {@link Lock} demands: actions before an unlock <i>happen-before</i> those after a subsequent
 * successful lock of the same mutex. Attempts that fail have no such effect.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are one atomic read-modify-write each. Under
 * contention each section costs a hand-off between two threads. The thread that is next spins for
 * up to 30 microseconds, if that has paid off lately, and is woken ahead of time to do so; the
 * others sleep. Waiting allocates nothing once the thread has waited before, except after a timeout
 * or an interrupt that came while another thread was at work on the queue. A mutex takes 56 bytes,
 * and the first contention allocates 40 more.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} in {@code lock} or {@code unlock} leaves
 * the mutex as it was or as it was to be. Two may leave it held by nobody: one that comes right
 * after a thread has found the mutex free, if others have queued since, and one while a thread that
 * has been signalled waits for the mutex.
 *
 * <p>A deserialized mutex is unlocked.
 *
 * @see <a href="https://doi.org/10.1145/103727.103729">J. M. Mellor-Crummey, M. L. Scott,
 *     "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors"</a>
 * @see <a href="https://doi.org/10.1109/IPPS.1994.288305">P. Magnusson, A. Landin, E. Hagersten,
 *     "Queue Locks on Cache Coherent Multiprocessors", which like T. S. Craig's lock link a node to
 *     the one before</a>
 * @see <a href="https://doi.org/10.1145/379539.379566">M. L. Scott, W. N. Scherer III, "Scalable
 *     Queue-Based Spin Locks with Timeout"</a>
 */
public final class FairMutex extends AbstractOwnableSynchronizer implements Lock {

  /*
   * HandOffQueue is the lock; this class knows the owner.
   *
   * Invariants
   *   I1  The owner field is the holder while the mutex is held, null while it is free or handed over;
   *       only the holder writes it, so a thread that finds itself there is the holder.
   *
   * Memory order
   *   owner   plain; see I1
   */

  private static final OwnerLookup OWNER = new Owner();

  @Serial private static final long serialVersionUID = 1L;

  static {
    LockParts.initialize();
    AcquireQueue.initialize();
    Preparation.begin();
  }

  private final transient HandOffQueue queue = new HandOffQueue();
  private transient @Nullable Held held;

  /** What this is a part of, or null; plain, as it is set before others see this mutex. */
  transient @Nullable Object whole;

  /** Constructs an unlocked mutex. */
  public FairMutex() {
    if (Order.ON) {
      Ordered.made(this);
    }
  }

  /**
   * Acquires the mutex, waiting until it is this thread's turn. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
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
   * Acquires the mutex unless the current thread is interrupted, before or while it waits.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and it does not hold the mutex
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
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
   * Acquires the mutex if it is free now, which it never is while another thread waits for it.
   *
   * @return false if it is held, by the current thread or another, or is being handed over
   */
  @Override
  public boolean tryLock() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryAcquire();
  }

  /**
   * Acquires the mutex if its turn comes within the given time and the current thread is not
   * interrupted. If it is free now this method acquires it whatever the time.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and it does not hold the mutex
   * @throws IllegalMonitorStateException if the current thread holds the mutex already and would
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
   * Acquires the mutex as {@link #lock()} does, for use in a try-with-resources statement, whose
   * end releases it. Allocates nothing but once in the life of a mutex.
   *
   * @return the hold, to be closed by the current thread
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  @MustBeClosed
  public Held acquire() {
    Held h = held;
    if (h == null) {
      h = new Held(this);
      lock();
      held = h;
    } else {
      lock();
    }
    return h;
  }

  /**
   * Releases the mutex, or hands it over to the thread that has waited longest.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    if (!isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold this mutex: " + this);
    }
    Thread owner = getExclusiveOwnerThread();
    setExclusiveOwnerThread(null);
    boolean free;
    try {
      free = queue.tryRelease();
    } catch (StackOverflowError e) {
      setExclusiveOwnerThread(owner);
      throw e;
    }
    if (!free) {
      queue.handOff();
    }
  }

  /**
   * Makes a condition of this mutex.
   *
   * @return a new condition, on which only the holder of this mutex can wait and signal
   */
  @Override
  public Condvar newCondition() {
    queue.prepare();
    return new Condvar(new OfCondition(this));
  }

  /**
   * Whether any thread holds this mutex; for monitoring, not for synchronization.
   *
   * @return true if some thread does, or is about to be handed it
   */
  public boolean isLocked() {
    return queue.isHeld();
  }

  /**
   * Whether the current thread holds this mutex.
   *
   * @return true if it does
   */
  public boolean isHeldByCurrentThread() {
    return getExclusiveOwnerThread() == Thread.currentThread();
  }

  /**
   * Whether threads wait for this mutex; for monitoring, not for synchronization.
   *
   * @return true if there may be such threads
   */
  public boolean hasQueuedThreads() {
    return queue.hasWaiters();
  }

  /**
   * An estimate of the number of threads that wait for this mutex.
   *
   * @return the number, exact while it does not change
   */
  public int getQueueLength() {
    return queue.size();
  }

  /**
   * Names the mutex and its holder.
   *
   * @return the identity, the name if there is one, and {@code Unlocked} or {@code Locked by
   *     thread} with the name of the holder
   */
  @Override
  public String toString() {
    Thread owner = getExclusiveOwnerThread();
    return super.toString()
        + "["
        + Subjects.label(this)
        + (owner == null
            ? isLocked() ? "Locked" : "Unlocked"
            : "Locked by thread " + owner.getName())
        + "]";
  }

  private boolean tryAcquire() {
    if (!queue.tryAcquire()) {
      return false;
    }
    try {
      setExclusiveOwnerThread(Thread.currentThread());
    } catch (StackOverflowError e) {
      queue.release();
      throw e;
    }
    return true;
  }

  private int lockContended(boolean interruptible, long deadline) {
    if (isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread holds this mutex already, and it is not reentrant: " + this);
    }
    int result = queue.acquire(this, OWNER, interruptible, deadline);
    if (result == AcquireQueue.ACQUIRED) {
      setExclusiveOwnerThread(Thread.currentThread());
    }
    return result;
  }

  /**
   * Replaces what has been read by a new mutex.
   *
   * @return an unlocked mutex
   */
  @Serial
  private Object readResolve() {
    return new FairMutex();
  }

  /** Tells observers who holds a mutex, and the mutex. */
  private static final class Owner implements OwnerLookup {

    @Override
    public @Nullable Thread ownerOf(Object mutex) {
      return ((FairMutex) mutex).getExclusiveOwnerThread();
    }

    @Override
    public void ownedByCurrentThread(Object mutex) {
      ((FairMutex) mutex).setExclusiveOwnerThread(Thread.currentThread());
    }
  }

  /** A mutex as its conditions see it. */
  private record OfCondition(FairMutex mutex) implements ConditionLock {

    @Override
    public boolean isHeldByCurrentThread() {
      return mutex.isHeldByCurrentThread();
    }

    @Override
    public long heldAs() {
      return 1;
    }

    @Override
    public void releaseFully() {
      mutex.unlock();
    }

    @Override
    public void reacquired(long holds) {
      mutex.setExclusiveOwnerThread(Thread.currentThread());
    }

    @Override
    public void acquire() {
      if (!mutex.tryAcquire()) {
        int _ = mutex.lockContended(false, Deadlines.FOREVER);
      }
    }

    @Override
    public boolean tryAcquire() {
      return mutex.tryAcquire();
    }

    @Override
    public RequeueTarget queue() {
      return mutex.queue;
    }

    @Override
    public Object blocker() {
      return mutex;
    }
  }

  /**
   * A hold on a mutex, which closing releases. There is one for each mutex, used by each holder.
   */
  public static final class Held implements AutoCloseable {
    private final FairMutex mutex;

    private Held(FairMutex mutex) {
      this.mutex = mutex;
    }

    /**
     * Releases the mutex.
     *
     * @throws IllegalMonitorStateException if the current thread does not hold it, as after closing
     *     a hold twice
     */
    @Override
    public void close() {
      mutex.unlock();
    }
  }
}
