package io.pawl.locks;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.ConditionLock;
import io.pawl.internal.queue.ConditionQueue;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a {@link Mutex}, a {@link FairMutex} or the write lock of an {@link RwLock}, made
 * by their {@code newCondition} methods.
 *
 * <p>Every method must be called by the thread that holds the lock, else it throws {@link
 * IllegalMonitorStateException}. A wait releases the lock while the thread is blocked and holds it
 * again when the method returns or throws, unless what it throws is an {@link Error} that kept it
 * from acquiring the lock.
 *
 * {@snippet :
 * mutex.lock();
 * try {
 *   notEmpty.awaitUntil(() -> !items.isEmpty());
 *   return items.removeFirst();
 * } finally {
 *   mutex.unlock();
 * }
 * }
 *
 * <p><b>Order.</b> Waiting threads, platform and virtual alike, are signalled in the order in which
 * they began to wait. A signal does not wake a thread: it moves it from the condition to the queue
 * of the lock, where the signaller's unlock finds it. However many threads are signalled, they do
 * not stampede.
 *
 * <p><b>Lost and spurious signals.</b> A thread that times out or is interrupted after it has been
 * signalled counts as signalled. A signal is never spent on a thread that has given up. Waits do
 * not return spuriously, yet callers loop all the same, since another thread may have run in
 * between.
 *
 * <p><b>Fork-join pools.</b> A worker of a {@link java.util.concurrent.ForkJoinPool} waits through
 * its {@code managedBlock}, so that the pool may let another thread work meanwhile.
 *
 * <p><b>Serialization.</b> A deserialized condition is a new one, for which nobody waits, of the
 * deserialized lock.
 *
 * <p><b>Memory consistency effects.</b> Those of releasing and acquiring the lock.
 *
 * <p><b>Cost.</b> Signalling while nobody waits is two reads. Waiting allocates nothing once the
 * thread has waited before. A platform thread spins for up to 30 microseconds before it sleeps,
 * unless that has lately been in vain or there is one processor only.
 */
public final class Condvar implements Condition, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final transient ConditionQueue queue;

  /** What this is a part of, or null; plain, as it is set before others see this condition. */
  transient @Nullable Object whole;

  Condvar(ConditionLock lock) {
    this.queue = new ConditionQueue(lock);
  }

  /**
   * The condition of a lock that a caller means.
   *
   * @throws IllegalArgumentException if it belongs to another lock
   */
  static Condvar of(Object lock, java.util.concurrent.locks.Condition condition) {
    if (Objects.requireNonNull(condition, "condition") instanceof Condvar condvar
        && condvar.queue.lock() == lock) {
      return condvar;
    }
    throw new IllegalArgumentException("The condition does not belong to this lock: " + condition);
  }

  /** Who waits. */
  ConditionQueue queue() {
    return queue;
  }

  /** What waits release. */
  Object lock() {
    return queue.lock();
  }

  /** Which threads wait, in order. */
  List<Thread> threads() {
    return queue.threads();
  }

  /**
   * Waits until signalled or interrupted.
   *
   * @throws InterruptedException if the current thread is interrupted, before or while it waits and
   *     before it is signalled; the interrupted status is cleared
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public void await() throws InterruptedException {
    boolean _ = waitUntil(Deadlines.FOREVER);
  }

  /**
   * Waits until signalled. An interrupt does not end the wait; the interrupted status is preserved.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public void awaitUninterruptibly() {
    int _ = queue.await(this, false, Deadlines.FOREVER);
  }

  /**
   * Waits until signalled or interrupted, or until the time has elapsed.
   *
   * @param nanosTimeout the longest time to wait, in nanoseconds
   * @return the part of the time that remains, or a value not above zero if it has elapsed
   * @throws InterruptedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public long awaitNanos(long nanosTimeout) throws InterruptedException {
    long deadline = Deadlines.after(nanosTimeout);
    boolean signalled = waitUntil(deadline);
    return signalled || nanosTimeout <= 0
        ? Math.min(Deadlines.remaining(deadline), nanosTimeout)
        : Math.min(Deadlines.remaining(deadline), 0);
  }

  /**
   * Waits until signalled or interrupted, or until the time has elapsed.
   *
   * @param time the longest time to wait
   * @param unit the unit of time
   * @return false if the time elapsed before a signal
   * @throws InterruptedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return waitUntil(Deadlines.after(unit.toNanos(time)));
  }

  /**
   * Waits until signalled or interrupted, or until the given moment.
   *
   * @param deadline the moment at which to give up, on the clock of {@link
   *     System#currentTimeMillis()} as it stands when the wait begins
   * @return false if the moment passed before a signal
   * @throws InterruptedException as {@link #await()}
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   * @throws NullPointerException if deadline is null
   */
  @Override
  @SuppressWarnings("JavaUtilDate") // as Condition has it
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    long now = System.currentTimeMillis();
    long millis = Math.max(deadline.getTime(), now) - now;
    return waitUntil(Deadlines.after(TimeUnit.MILLISECONDS.toNanos(millis)));
  }

  /**
   * Waits until a condition holds, which is tested with the lock held: before the first wait and
   * after each signal.
   *
   * @param condition tells whether to go on; what it throws is passed on, with the lock held
   * @throws InterruptedException as {@link #await()}; not thrown if the condition holds at once
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   * @throws NullPointerException if condition is null
   */
  public void awaitUntil(BooleanSupplier condition) throws InterruptedException {
    queue.requireHeld();
    while (!condition.getAsBoolean()) {
      await();
    }
  }

  /**
   * Waits until a condition holds, which is tested with the lock held: before the first wait, after
   * each signal, and when the time has elapsed.
   *
   * @param condition tells whether to go on; what it throws is passed on, with the lock held
   * @param time the longest time to wait in all
   * @param unit the unit of time
   * @return whether the condition holds
   * @throws InterruptedException as {@link #await()}; not thrown if the condition holds at once
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   * @throws NullPointerException if condition or unit is null
   */
  public boolean awaitUntil(BooleanSupplier condition, long time, TimeUnit unit)
      throws InterruptedException {
    queue.requireHeld();
    long deadline = Deadlines.after(unit.toNanos(time));
    while (!condition.getAsBoolean()) {
      if (!waitUntil(deadline)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  /**
   * Signals the thread that has waited longest, if there is one.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public void signal() {
    queue.signal(false);
  }

  /**
   * Signals all waiting threads.
   *
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  @Override
  public void signalAll() {
    queue.signal(true);
  }

  /**
   * Whether threads wait for this condition.
   *
   * @return true if there are such threads; some of them may be about to time out
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public boolean hasWaiters() {
    return !queue.threads().isEmpty();
  }

  /**
   * How many threads wait for this condition.
   *
   * @return the number, those about to time out included
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public int getWaitQueueLength() {
    return queue.threads().size();
  }

  /**
   * Names the condition.
   *
   * @return the identity, and the name of the condition or else of its lock if there is one
   */
  @Override
  public String toString() {
    return super.toString() + Subjects.suffix(this);
  }

  /** Waits until signalled (true) or the deadline passes (false). */
  boolean waitUntil(long deadline) throws InterruptedException {
    return switch (queue.await(this, true, deadline)) {
      case ConditionQueue.SIGNALLED -> true;
      case ConditionQueue.TIMED_OUT -> false;
      default -> throw new InterruptedException();
    };
  }

  /**
   * Replaces the condition by its lock.
   *
   * @return what is written in its place
   */
  @Serial
  private Object writeReplace() {
    return new OfLock((AbstractOwnableSynchronizer) queue.lock());
  }

  /**
   * Refuses what this class has not written.
   *
   * @param in ignored
   * @throws InvalidObjectException always
   */
  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("A condition is written as its lock");
  }

  /**
   * The serialized form: some condition of a lock.
   *
   * @param lock the lock
   */
  private record OfLock(AbstractOwnableSynchronizer lock) implements Serializable {

    @Serial
    private Object readResolve() {
      return lock instanceof FairMutex mutex
          ? mutex.newCondition()
          : ((OwnedLock) lock).makeCondition();
    }
  }
}
