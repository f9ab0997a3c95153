package io.pawl.locks;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
   *   value     the data
   *   touched   the holder of the guard has asked for the data and not yet said that it is in order
   *   lent      a function has the data, so nobody has the guard
   *   poisoned  a holder left the data in an unknown state; cause tells how
   *
   * Invariants
   *   I1  touched and lent are false whenever the lock is free or has just been acquired. So a guard that
   *       has outlived its scope can do nothing to data that a function of the same thread has.
   *   I2  poisoned is set before the lock is released, by a store that needs no stack: what comes after
   *       it may fail.
   *
   * Memory order: poisoned and cause are volatile, since they may be asked for and cleared without the
   * lock; everything else is guarded by it.
   */
  final Lock lock;
  private final Guard<T> guard = new Guard<>(this);
  T value;
  private boolean touched;
  private boolean lent;
  private volatile boolean poisoned;
  private volatile @Nullable Throwable cause;

  GuardedData(Lock lock, T value) {
    this.lock = lock;
    this.value = value;
  }

  /** Whether the current thread holds the exclusive lock. */
  abstract boolean isHeldByCurrentThread();

  /**
   * Whether a holder has left the data in an unknown state.
   *
   * @return true if the data is not accessible until {@link #clearPoison}
   */
  public boolean isPoisoned() {
    return poisoned;
  }

  /**
   * Makes poisoned data accessible again. To be called when the data has been repaired or replaced,
   * best by the thread that holds it.
   */
  public void clearPoison() {
    poisoned = false;
    cause = null;
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
    return guard;
  }

  private Guard<T> checked() {
    requireHealthy(lock);
    return guard;
  }

  /** Gives back a lock that has just been acquired, and throws, if the data is poisoned. */
  final void requireHealthy(Lock acquired) {
    if (poisoned) {
      Throwable t = cause;
      acquired.unlock();
      throw new PoisonedException(
          "A holder left the data in an unknown state" + (t == null ? "" : ": " + t), t);
    }
  }

  final <R extends @Nullable Object, X extends Exception> R apply(
      Guarded.Action<? super T, ? extends R, X> action) throws X {
    Guard<T> _ = acquire();
    lent = true;
    try {
      return action.apply(value);
    } catch (Throwable t) {
      poisoned = true;
      cause = t;
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
      poisoned = true;
      cause = t;
      throw t;
    } finally {
      lent = false;
      lock.unlock();
    }
  }

  // ---- What the guard does

  final T touch() {
    requireHeld();
    touched = true;
    return value;
  }

  final void replace(T newValue) {
    requireHeld();
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
      poisoned = true;
      try {
        cause = new IllegalStateException("A guard was closed without done() after its value()");
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
    return poisoned ? "[Poisoned, " : "[";
  }
}
