package io.pawl.locks;

import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.StackRoom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What data guarded by a lock has in common: the value, its poison and the guard of the holder. */
abstract sealed class GuardedData<T extends @Nullable Object> permits Guarded, RwGuarded {

  /*
   * Java tells nobody that a scope is left by an exception: a close() cannot see it, and a finally block
   * does not know it. So there are two ways in. What is passed as a function is called here, inside a
   * catch. The holder of a guard says itself when the data is in order; until it has, its leaving
   * poisons, be it by exception or by mistake.
   *
   * State, all of it written by the holder of the exclusive lock, but for clearPoison()
   *   value    the data
   *   touched  the holder of the guard has asked for the data and not yet said that it is in order
   *   lent     a function has the data, so nobody has the guard
   *   status   HEALTHY, POISONED: a holder left the data in an unknown state, cause tells how; or GONE:
   *            the data has been taken out
   *
   * Transitions of the status
   *
   *             a holder fails                    intoInner
   *   POISONED <--------------- HEALTHY ---------------------> GONE
   *      |                       ^   ^
   *      +-----------------------+   |
   *             clearPoison        start
   *
   * Invariants
   *   I1  touched and lent are false whenever the lock is free or has just been acquired, a wait for a
   *       condition included. So a guard that has outlived its scope can do nothing to data that a
   *       function of the same thread has.
   *   I2  The status is set before the lock is released, by a store that needs no stack: what comes after
   *       it may fail.
   *   I3  Whoever waits for a condition of data that has become inaccessible is signalled, by the one who
   *       made it so, or by the next holder who is refused, should the former have failed: nobody
   *       else could, since all are refused. A signalled thread looks at the status before the data.
   *   I4  GONE is final: it is set with the lock held, when the status is not POISONED, and clearPoison()
   *       is a compare-and-set of POISONED.
   *
   * Memory order: status and cause are volatile, since they may be asked for and cleared without the
   * lock; conditions is volatile, and set by CAS; everything else is guarded by the lock.
   */
  private static final int HEALTHY = 0;

  private static final int POISONED = 1;
  private static final int GONE = 2;

  /** What a wait for a condition has come to that has timed out; no user has it. */
  static final Object TIMED_OUT = new Object();

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<GuardedData> STATUS =
      AtomicIntegerFieldUpdater.newUpdater(GuardedData.class, "status");

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<GuardedData, @Nullable GuardedCondition>
      CONDITIONS =
          AtomicReferenceFieldUpdater.newUpdater(
              GuardedData.class, GuardedCondition.class, "conditions");

  final Lock lock;
  private final Guard<T> guard = new Guard<>(this);
  T value;
  private boolean touched;
  private boolean lent;
  private volatile int status;
  private volatile @Nullable Throwable cause;

  /** The condition made last, from which the others are reached. */
  private volatile @Nullable GuardedCondition<T> conditions;

  GuardedData(Lock lock, T value) {
    this.lock = lock;
    this.value = value;
  }

  /** Whether the current thread holds the exclusive lock. */
  abstract boolean isHeldByCurrentThread();

  /** Makes a condition of the exclusive lock. */
  abstract Condvar makeCondvar();

  /**
   * Whether a holder has left the data in an unknown state.
   *
   * @return true if the data is not accessible until {@link #clearPoison}
   */
  public boolean isPoisoned() {
    return status == POISONED;
  }

  /**
   * Makes poisoned data accessible again. To be called when the data has been repaired or replaced,
   * best by the thread that holds it.
   */
  public void clearPoison() {
    if (STATUS.compareAndSet(this, POISONED, HEALTHY)) {
      cause = null;
    }
  }

  /**
   * Makes a condition, for which those who have the data exclusively can wait and which they
   * signal. It is kept as long as the data.
   *
   * @return a new condition
   */
  public GuardedCondition<T> newCondition() {
    GuardedCondition<T> condition = new GuardedCondition<>(this, makeCondvar());
    do {
      condition.others = conditions;
    } while (!CONDITIONS.compareAndSet(this, condition.others, condition));
    return condition;
  }

  /**
   * Takes the data out for good, waiting until nobody has it. An interrupt does not end the wait.
   * From then on every access throws {@link IllegalStateException}, and so do the waits for
   * conditions.
   *
   * @return the data, which now belongs to the caller
   * @throws PoisonedException if the data is poisoned; it stays
   * @throws IllegalStateException if the data has been taken out already
   * @throws IllegalMonitorStateException if the current thread holds the data
   */
  @SuppressWarnings("NullAway") // nobody gets the null
  public T intoInner() {
    Guard<T> _ = acquire();
    try {
      StackRoom.forWake();
      tellWaiting();
      T taken = value;
      value = null;
      status = GONE;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  // ---- Exclusive access

  final Guard<T> acquire() {
    lock.lock();
    return checked();
  }

  final Guard<T> acquireInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
    return checked();
  }

  final @Nullable Guard<T> tryAcquire() {
    return lock.tryLock() ? checked() : null;
  }

  final @Nullable Guard<T> tryAcquire(long time, TimeUnit unit) throws InterruptedException {
    return lock.tryLock(time, unit) ? checked() : null;
  }

  final Guard<T> acquireForced() {
    lock.lock();
    if (status == GONE) {
      refuseHolder();
    }
    return guard;
  }

  private Guard<T> checked() {
    if (status != HEALTHY) {
      refuseHolder();
    }
    return guard;
  }

  /** Gives back the exclusive lock, which has just been acquired, and throws. */
  private void refuseHolder() {
    try {
      tellWaiting();
      requireHealthy();
    } finally {
      lock.unlock();
    }
  }

  /** Throws if the data has been taken out, be it while a guard waited for a condition. */
  private void requireThere() {
    if (status == GONE) {
      throw new IllegalStateException("The data has been taken out by intoInner()");
    }
  }

  /** Throws if the data is inaccessible. */
  final void requireHealthy() {
    requireThere();
    if (status == POISONED) {
      Throwable t = cause;
      throw new PoisonedException(
          "A holder left the data in an unknown state" + (t == null ? "" : ": " + t), t);
    }
  }

  /**
   * Signals those who wait for conditions of data that is not accessible any more. What fails is
   * made up for by the next holder.
   */
  private void tellWaiting() {
    try {
      for (GuardedCondition<T> c = conditions; c != null; c = c.others) {
        c.signalAll();
      }
    } catch (StackOverflowError | OutOfMemoryError _) {
      // See I3.
    }
  }

  final <R extends @Nullable Object, X extends Exception> R apply(
      Guarded.Action<? super T, ? extends R, X> action) throws X {
    Guard<T> _ = acquire();
    lent = true;
    try {
      return action.apply(value);
    } catch (Throwable t) {
      status = POISONED;
      cause = t;
      tellWaiting();
      throw t;
    } finally {
      lent = false;
      lock.unlock();
    }
  }

  final void accept(Consumer<? super T> action) {
    Guard<T> _ = acquire();
    lent = true;
    try {
      action.accept(value);
    } catch (Throwable t) {
      status = POISONED;
      cause = t;
      tellWaiting();
      throw t;
    } finally {
      lent = false;
      lock.unlock();
    }
  }

  // ---- Waiting for a condition

  /**
   * Acquires the data, waits for a condition, and calls a function with the data.
   *
   * @return what the function returns, or {@link #TIMED_OUT}
   */
  final <X extends Exception> @Nullable Object applyWhen(
      GuardedCondition<T> condition,
      Predicate<? super T> ready,
      Guarded.Action<? super T, ?, X> action,
      long deadline)
      throws X, InterruptedException {
    if (!lock.tryLock(Deadlines.remaining(deadline), TimeUnit.NANOSECONDS)) {
      return TIMED_OUT;
    }
    Guard<T> _ = checked();
    boolean applies = false;
    try {
      if (!condition.await(ready, deadline)) {
        return TIMED_OUT;
      }
      lent = true;
      applies = true;
      return action.apply(value);
    } catch (Throwable t) {
      if (applies) {
        status = POISONED;
        cause = t;
        tellWaiting();
      }
      throw t;
    } finally {
      // A wait that has failed for want of memory or stack may have lost the lock.
      if (applies || isHeldByCurrentThread()) {
        lent = false;
        lock.unlock();
      }
    }
  }

  /** Whether the data is as a thread that holds it wants it; a predicate that throws poisons. */
  final boolean test(Predicate<? super T> ready) {
    requireHealthy();
    lent = true;
    try {
      return ready.test(value);
    } catch (Throwable t) {
      status = POISONED;
      cause = t;
      tellWaiting();
      throw t;
    } finally {
      lent = false;
    }
  }

  // ---- What the guard does

  final T touch() {
    requireHeld();
    requireThere();
    touched = true;
    return value;
  }

  final void replace(T newValue) {
    requireHeld();
    requireThere();
    touched = true;
    value = newValue;
  }

  final void settle() {
    requireHeld();
    touched = false;
  }

  final void leave() {
    requireHeld();
    if (touched) {
      touched = false;
      status = POISONED;
      try {
        cause = new IllegalStateException("A guard was closed without done() after its value()");
        tellWaiting();
      } finally {
        lock.unlock();
      }
    } else {
      lock.unlock();
    }
  }

  private void requireHeld() {
    if (!isHeldByCurrentThread() || lent) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the data by a guard: " + this);
    }
  }

  final String describe() {
    return switch (status) {
      case POISONED -> "[Poisoned, ";
      case GONE -> "[Taken out, ";
      default -> "[";
    };
  }
}
