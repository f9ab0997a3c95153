package io.pawl.locks;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.Spin;
import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock that is not reentrant.
 *
 * <p>A mutex is held by at most one thread, its owner. Only the owner may unlock it, and the owner
 * may not lock it again; both mistakes throw {@link IllegalMonitorStateException}. A mutex needs
 * nothing outside the heap and is never closed.
 *
 * <p>Usage, in either form:
 *
 * {@snippet :
 * private final Mutex mutex = new Mutex();
 *
 * void deposit(long amount) {
 *   mutex.lock();
 *   try {
 *     balance += amount;
 *   } finally {
 *     mutex.unlock();
 *   }
 * }
 *
 * void withdraw(long amount) {
 *   try (var held = mutex.acquire()) {
 *     balance -= amount;
 *   }
 * }
 * }
 *
 * <p><b>Fairness.</b> Waiting threads, platform and virtual alike, are woken in the order in which
 * they came. A thread that arrives while the mutex is free takes it even if others wait. A waiter
 * does not starve: once it has been woken a fixed number of times and found the mutex taken, an
 * unlock hands it over directly.
 *
 * <p><b>Interruption and timeouts.</b> {@link #lock()} ignores interrupts and preserves the
 * interrupted status. {@link #lockInterruptibly()} and {@link #tryLock(long, TimeUnit)} respond to
 * interrupts, also while the thread is blocked in the operating system.
 *
 * <p><b>Thread dumps.</b> A thread that waits for a mutex is shown as parking to wait for it,
 * {@code jstack -l} lists the mutexes that a thread holds, and {@code
 * ThreadMXBean.findDeadlockedThreads()} finds deadlocks among them. While a thread waits for a
 * mutex that has been given a name, the thread's own name is followed by {@code " (waiting for
 * Mutex NAME)"}.
 *
 * <p><b>Memory consistency effects.</b> A successful lock and a successful unlock have the effects
 * that {@link Lock} demands: actions before an unlock <i>happen-before</i> those after a subsequent
 * successful lock of the same mutex. Attempts that fail have no such effect.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are one atomic read-modify-write and one full
 * fence. Construction allocates one object of 32 bytes; the first contention allocates the queue,
 * the first wait of a thread its waiting record, and waiting allocates nothing afterwards.
 *
 * <p><b>Stack overflow.</b> A {@link StackOverflowError} in {@code lock} or {@code unlock} while no
 * other thread waits leaves the mutex as it was or as it was to be. One in a {@code lock} or {@code
 * unlock} that has to wake a thread, or to hand the mutex over, may leave waiters asleep or the
 * mutex held by nobody.
 *
 * <p>Serialization of this class keeps the name only: a deserialized mutex is unlocked.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/1400097.1400102">futex-based locking: U. Drepper,
 *     "Futexes Are Tricky"</a>
 */
public final class Mutex extends AbstractOwnableSynchronizer implements Lock {

  /*
   * State   FREE  nobody holds it
   *         HELD  held, or being handed over
   *
   * Transitions
   *
   *          CAS, any thread                    granted: the queue's head becomes the owner
   *   FREE -------------------> HELD ----------------------------------------------> HELD
   *     ^                         |
   *     +-------------------------+
   *        release store, owner
   *
   * Invariants
   *   I1  The owner field is the holder while the mutex is held, null while it is free or handed over;
   *       only the holder writes it, so a thread that finds itself there is the holder.
   *   I2  Waiters live in the queue, never in the state: the plain release store of an unlock cannot
   *       erase them.
   *   I3  An unlock frees the state before it looks into the queue; a waiter enters the queue before it
   *       looks at the state. The fences between make one see the other (AcquireQueue, I2).
   *
   * Memory order
   *   state   CAS to lock; store release, then Fences.light(), to unlock
   *   owner   plain; see I1
   *   queue   set once, by CAS; read after the light fence: a waiter has set it before it fences
   */
  private static final int FREE = 0;
  private static final int HELD = 1;

  private static final AtomicIntegerFieldUpdater<Mutex> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Mutex.class, "state");
  private static final AtomicReferenceFieldUpdater<Mutex, @Nullable Queue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(Mutex.class, Queue.class, "queue");

  static {
    Spin.initialize();
  }

  @Serial private static final long serialVersionUID = 1L;

  private transient volatile int state;
  private transient volatile @Nullable Queue queue;
  private transient @Nullable Held held;

  /** The name for thread dumps, or null. */
  @SuppressWarnings("serial") // a String is serializable; nullness hides it from javac
  private final @Nullable String name;

  /** Constructs an unlocked mutex without a name. */
  public Mutex() {
    this.name = null;
  }

  /**
   * Constructs an unlocked mutex with a name, which {@link #toString()} and the thread dumps of
   * waiting threads show. Each wait for a named mutex builds one string and sets the thread's name
   * twice.
   *
   * @param name the name
   * @throws NullPointerException if name is null
   */
  public Mutex(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /**
   * Acquires the mutex, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  @Override
  public void lock() {
    if (!tryAcquire()) {
      lockContended(false, Deadlines.FOREVER);
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
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!tryAcquire() && lockContended(true, Deadlines.FOREVER) == AcquireQueue.INTERRUPTED) {
      throw new InterruptedException();
    }
  }

  /**
   * Acquires the mutex if it is free now, whether or not other threads wait for it.
   *
   * @return false if it is held, by the current thread or another
   */
  @Override
  public boolean tryLock() {
    return tryAcquire();
  }

  /**
   * Acquires the mutex if it becomes free within the given time and the current thread is not
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
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (tryAcquire()) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    return switch (lockContended(true, Deadlines.after(nanos))) {
      case AcquireQueue.ACQUIRED -> true;
      case AcquireQueue.TIMED_OUT -> false;
      default -> throw new InterruptedException();
    };
  }

  /**
   * Acquires the mutex as {@link #lock()} does, for use in a try-with-resources statement, whose
   * end releases it. Allocates nothing but once in the life of a mutex.
   *
   * @return the hold, to be closed by the current thread
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  public Held acquire() {
    lock();
    Held h = held;
    if (h == null) {
      held = h = new Held(this);
    }
    return h;
  }

  /**
   * Releases the mutex.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    Thread owner = Thread.currentThread();
    if (getExclusiveOwnerThread() != owner) {
      throw notHeld();
    }
    Queue q = queue;
    boolean handsOff = q != null && q.isHandOffDue();
    setExclusiveOwnerThread(null);
    if (q != null && handsOff && q.handOff()) {
      return;
    }
    try {
      STATE.lazySet(this, FREE);
    } catch (StackOverflowError e) {
      setExclusiveOwnerThread(owner);
      throw e;
    }
    wakeNext();
  }

  /**
   * Makes a condition of this mutex.
   *
   * @return a new condition, on which only the holder of this mutex can wait and signal
   */
  @Override
  public Condvar newCondition() {
    return new Condvar(queue());
  }

  /**
   * Whether any thread holds this mutex; for monitoring, not for synchronization.
   *
   * @return true if some thread does
   */
  public boolean isLocked() {
    return state != FREE;
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
    return getQueueLength() > 0;
  }

  /**
   * An estimate of the number of threads that wait for this mutex.
   *
   * @return the number, exact while it does not change
   */
  public int getQueueLength() {
    Queue q = queue;
    return q == null ? 0 : q.size();
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
        + (name == null ? "" : name + ", ")
        + (owner == null
            ? isLocked() ? "Locked" : "Unlocked"
            : "Locked by thread " + owner.getName())
        + "]";
  }

  /**
   * Acquires the mutex if it is free. If the stack overflows in between, which the setter can do
   * where the deeper compare-and-set could not once it is compiled, the mutex is free again.
   */
  private boolean tryAcquire() {
    if (!STATE.compareAndSet(this, FREE, HELD)) {
      return false;
    }
    try {
      setExclusiveOwnerThread(Thread.currentThread());
    } catch (StackOverflowError e) {
      boolean _ = STATE.compareAndSet(this, HELD, FREE);
      wakeNext();
      throw e;
    }
    return true;
  }

  /** Wakes a waiter, after the state has been freed. */
  private void wakeNext() {
    Fences.light();
    Queue q = queue;
    if (q != null) {
      q.released();
    }
  }

  private int lockContended(boolean interruptible, long deadline) {
    if (isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread holds this mutex already, and it is not reentrant: " + this);
    }
    if (name == null) {
      return acquireQueued(interruptible, deadline);
    }
    NameTag tag = NameTag.attach(" (waiting for Mutex " + name + ")");
    try {
      return acquireQueued(interruptible, deadline);
    } finally {
      tag.detach();
    }
  }

  private int acquireQueued(boolean interruptible, long deadline) {
    int result = queue().acquire(this, false, interruptible, deadline);
    if (result == AcquireQueue.ACQUIRED) {
      setExclusiveOwnerThread(Thread.currentThread());
    }
    return result;
  }

  private IllegalMonitorStateException notHeld() {
    return new IllegalMonitorStateException("The current thread does not hold this mutex: " + this);
  }

  private Queue queue() {
    Queue q = queue;
    if (q == null) {
      Queue fresh = new Queue();
      q = QUEUE.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(queue);
    }
    return q;
  }

  /**
   * A hold on a mutex, which closing releases. There is one for each mutex, used by each holder.
   */
  public static final class Held implements AutoCloseable {
    private final Mutex mutex;

    private Held(Mutex mutex) {
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

  /** Connects the queue, and through it the conditions, with the state. */
  private final class Queue extends AcquireQueue implements ConditionLock {

    @Override
    protected boolean tryAcquire(boolean shared) {
      return state == FREE && Mutex.this.tryAcquire();
    }

    @Override
    protected boolean isAvailable(int reason) {
      return !isLocked();
    }

    @Override
    protected void giveBack(boolean shared) {
      reacquired(1);
      Mutex.this.unlock();
    }

    @Override
    public boolean isHeldByCurrentThread() {
      return Mutex.this.isHeldByCurrentThread();
    }

    @Override
    public int releaseFully() {
      Mutex.this.unlock();
      return 1;
    }

    @Override
    public void acquire() {
      Mutex.this.lock();
    }

    @Override
    public void reacquired(int holds) {
      setExclusiveOwnerThread(Thread.currentThread());
    }

    @Override
    public AcquireQueue queue() {
      return this;
    }

    @Override
    public Object blocker() {
      return Mutex.this;
    }
  }
}
