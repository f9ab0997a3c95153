package io.pawl.locks;

import com.google.errorprone.annotations.MustBeClosed;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.LockQueue;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamField;
import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
 * ThreadMXBean.findDeadlockedThreads()} finds deadlocks among them.
 *
 * <p><b>Memory consistency effects.</b> A successful lock and a successful unlock have the effects
 * that {@link Lock} demands: actions before an unlock <i>happen-before</i> those after a subsequent
 * successful lock of the same mutex. Attempts that fail have no such effect.
 *
 * <p><b>Cost.</b> An uncontended lock and unlock are one atomic read-modify-write, and one full
 * fence where {@link io.pawl.Pawl#describe()} says that fences are symmetric or threads have waited
 * lately. Construction allocates one object of 32 bytes; the first contention allocates the queue,
 * the first wait of a thread its waiting record, and waiting allocates nothing afterwards. A thread
 * that finds the mutex held spins for a while before it sleeps, as {@link io.pawl.Pawl} describes,
 * whether or not others sleep already, and may get the mutex before them. After some 200 threads
 * that have spun for it in place of a sleeper, unlocks wake the one that has waited longest; after
 * 30 wakes that came too late it is handed the mutex.
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
public final class Mutex extends OwnedLock implements Lock {

  /*
   * Algorithm
   *
   *   lock     compare-and-set state FREE -> HELD; owner = this thread
   *   unlock   check the owner; owner = null; store state = FREE; light fence; queue empty? done
   *   wait     enter the queue; heavy fence; compare-and-set FREE -> HELD once more; park
   *
   * OwnedLock has the states and their transitions, AcquireQueue the queue, Fences and FencedQueue what
   * a light and a heavy fence are and why they pair, also while their kind changes.
   *
   * Why no thread sleeps on a free mutex. Let S park: its last attempt failed because of a hold whose
   * unlock U had not taken effect. So the look of S missed the store of U, and since one of the two sees
   * the other (the pair of fences), U's look does not miss S: it finds the queue not empty. Then U
   *   - wakes the first waiter, which becomes the heir; or
   *   - finds that there is an heir already, and leaves it at that.
   * An heir acquires the mutex, and its own unlock looks into the queue; or it gives up, and looks after
   * that; or it finds the mutex held. Then it enters the queue again, clears heir, fences heavily and
   * tries again: it is in the place of S, and the unlock of the hold that it met is in the place of U,
   * paired with it through heir rather than through the size of the queue. So while somebody waits,
   * there is a holder whose unlock will look, or an heir on the way.
   *
   * The models of java/stress check this argument, its stress tests the code.
   */

  @Serial private static final long serialVersionUID = 1L;

  private static final String NAME = "name";

  /**
   * The name, which is kept elsewhere.
   *
   * @serialField name String the name, or null
   */
  @Serial
  @SuppressWarnings("UnusedVariable") // serialization reads it
  private static final ObjectStreamField[] serialPersistentFields = {
    new ObjectStreamField(NAME, String.class)
  };

  private transient @Nullable Held held;

  /** Constructs an unlocked mutex without a name. */
  public Mutex() {}

  /**
   * Constructs an unlocked mutex with a name, as {@link io.pawl.observe.Names#name} gives one.
   *
   * @param name the name
   * @throws NullPointerException if name is null
   */
  public Mutex(String name) {
    Subjects.name(this, Objects.requireNonNull(name, "name"));
  }

  /**
   * Acquires the mutex, waiting until it is free. An interrupt does not end the wait.
   *
   * @throws IllegalMonitorStateException if the current thread holds the mutex already
   */
  @Override
  public void lock() {
    if (Order.ON) {
      Ordered.lock(this);
    }
    if (!tryAcquire(HELD)) {
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
    if (!tryAcquire(HELD)) {
      boolean _ = AcquireQueue.isAcquired(lockContended(true, Deadlines.FOREVER));
    }
  }

  /**
   * Acquires the mutex if it is free now, whether or not other threads wait for it.
   *
   * @return false if it is held, by the current thread or another
   */
  @Override
  public boolean tryLock() {
    if (Order.ON) {
      Ordered.tryLock(this);
    }
    return tryAcquire(HELD);
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
    AcquireQueue.requireNotInterrupted();
    if (Order.ON) {
      Ordered.tryLock(this, nanos);
    }
    if (tryAcquire(HELD)) {
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
   * Releases the mutex.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold it
   */
  @Override
  public void unlock() {
    if (!isOwner()) {
      throw notHeld();
    }
    release();
  }

  /**
   * Makes a condition of this mutex.
   *
   * @return a new condition, on which only the holder of this mutex can wait and signal
   */
  @Override
  public Condvar newCondition() {
    return makeCondition();
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
    return isOwner();
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
    return queueLength();
  }

  /**
   * Names the mutex and its holder.
   *
   * @return the identity, the name if there is one, and {@code Unlocked} or {@code Locked by
   *     thread} with the name of the holder
   */
  @Override
  public String toString() {
    Thread owner = owner();
    return super.toString()
        + "["
        + Subjects.label(this)
        + (owner == null
            ? isLocked() ? "Locked" : "Unlocked"
            : "Locked by thread " + owner.getName())
        + "]";
  }

  /** The hold that {@link #acquire} returns, for who has acquired the mutex otherwise. */
  Held held() {
    Held h = held;
    if (h == null) {
      h = new Held(this);
      held = h;
    }
    return h;
  }

  private int lockContended(boolean interruptible, long deadline) {
    requireNotHeld();
    return acquireQueued(AcquireQueue.EXCLUSIVE, interruptible, deadline);
  }

  void requireNotHeld() {
    if (isOwner()) {
      throw new IllegalMonitorStateException(
          "The current thread holds this mutex already, and it is not reentrant: " + this);
    }
  }

  private IllegalMonitorStateException notHeld() {
    return new IllegalMonitorStateException("The current thread does not hold this mutex: " + this);
  }

  @Override
  LockQueue newQueue() {
    return new ExclusiveQueue(this);
  }

  /**
   * Writes the name.
   *
   * @param out where to
   * @throws IOException if that fails
   */
  @Serial
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.putFields().put(NAME, Subjects.nameOf(this));
    out.writeFields();
  }

  /**
   * Reads the name.
   *
   * @param in where from
   * @throws IOException if that fails
   * @throws ClassNotFoundException if that fails
   */
  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    if (in.readFields().get(NAME, null) instanceof String name) {
      Subjects.name(this, name);
    }
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
}
