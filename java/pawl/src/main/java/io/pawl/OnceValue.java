package io.pawl;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made once, by the first thread that needs it, and then does not change: a {@link
 * Once} that holds what its initializer has returned.
 *
 * {@snippet :
 * private final OnceValue<Connection> connection = new OnceValue<>();
 *
 * Connection connection() {
 *   return connection.getOrInit(() -> open(address)); // by the first thread; the others wait
 * }
 * }
 *
 * <p>Where the initializer is the same each time, {@link Lazy} keeps it.
 *
 * <p><b>Poison.</b> An initializer that throws poisons: what it has thrown is thrown where it was
 * run, and from then on {@link #getOrInit}, {@link #trySet} and the waits throw {@link
 * IllegalStateException} with that as the cause. {@link #getOrInitForced} tries again, and if its
 * initializer succeeds nothing is left of the failure.
 *
 * <p><b>Null</b> is a value as any other.
 *
 * <p><b>Reentrancy, fairness, interruption, timeouts, virtual threads, thread dumps</b> and
 * <b>stack overflow</b> are those of {@link Once}.
 *
 * <p><b>Memory consistency effects.</b> Actions of the initializer that has made the value, and
 * before it, <i>happen-before</i> those after the return of any method that has returned the value,
 * or has told that there is one.
 *
 * <p><b>Cost.</b> Once there is a value every method is two reads. Construction allocates two
 * objects.
 *
 * @param <T> the type of the value
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.OnceLock.html">OnceLock in the Rust
 *     standard library</a>
 * @see <a href="https://openjdk.org/jeps/526">JEP 526: Lazy Constants</a>
 */
public final class OnceValue<T extends @Nullable Object> {

  /*
   * Algorithm: the value is what an initializer of a Once leaves in a field.
   *
   *   once     New, Running, Poisoned     Completed
   *   value    not to be read             final
   *
   * Invariants
   *   I1  value is written by an initializer, as its last step, which cannot fail: so it is written once,
   *       by the one that succeeds.
   *   I2  value is read after the once has been seen completed.
   *
   * Memory order: value is plain; the state of the once publishes it.
   */
  private final Once once = new Once();

  private @Nullable T value;

  /** Constructs a holder without a value. */
  public OnceValue() {
    once.whole = this;
  }

  /** Makes this a part of another object, before others see it. */
  void join(Object whole) {
    once.whole = whole;
  }

  /** What this is a part of, or null. */
  @Nullable Object whole() {
    Object whole = once.whole;
    return whole == this ? null : whole;
  }

  // ---- Making the value

  /**
   * Returns the value; makes it first unless there is one, or waits while another thread does. An
   * interrupt does not end the wait.
   *
   * @param initializer makes the value; what it throws is thrown here and poisons
   * @return the value, of this initializer or another
   * @throws IllegalStateException if an initializer has failed; what it threw is the cause
   * @throws IllegalMonitorStateException if called by the initializer that is running
   * @throws NullPointerException if initializer is null
   */
  public T getOrInit(Supplier<? extends T> initializer) {
    Objects.requireNonNull(initializer, "initializer");
    if (!once.isCompleted()) {
      once.run(() -> value = initializer.get());
    }
    return made();
  }

  /**
   * Returns the value; makes it first unless there is one, even if other initializers have failed,
   * or waits while another thread does. An interrupt does not end the wait.
   *
   * @param initializer makes the value, given the state in which it found the once; what it throws
   *     is thrown here and poisons
   * @return the value, of this initializer or another
   * @throws IllegalMonitorStateException if called by the initializer that is running
   * @throws NullPointerException if initializer is null
   */
  public T getOrInitForced(Function<? super Once.State, ? extends T> initializer) {
    Objects.requireNonNull(initializer, "initializer");
    if (!once.isCompleted()) {
      once.runForced(state -> value = initializer.apply(state));
    }
    return made();
  }

  /**
   * Sets the value unless there is one; waits while another thread makes one. An interrupt does not
   * end the wait.
   *
   * @param newValue the value
   * @return false if there is another
   * @throws IllegalStateException if an initializer has failed; what it threw is the cause
   * @throws IllegalMonitorStateException if called by the initializer that is running
   */
  public boolean trySet(T newValue) {
    boolean[] set = {false};
    if (!once.isCompleted()) {
      once.run(() -> {
        set[0] = true;
        value = newValue;
      });
    }
    return set[0];
  }

  // ---- Asking for the value

  /**
   * Whether there is a value.
   *
   * @return false if no initializer has been run, one is running, or all have failed
   */
  public boolean isCompleted() {
    return once.isCompleted();
  }

  /**
   * Returns the value if there is one. Does not wait.
   *
   * @param other what to return otherwise
   * @return the value, or the other
   */
  public T orElse(T other) {
    return once.isCompleted() ? made() : other;
  }

  /**
   * Waits until there is a value, whether an initializer is running or not.
   *
   * @return the value
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws IllegalStateException if an initializer has failed, or fails meanwhile; what it threw
   *     is the cause
   * @throws IllegalMonitorStateException if called by the initializer that is running
   */
  public T await() throws InterruptedException {
    once.await();
    return made();
  }

  /**
   * Waits until there is a value, whether an initializer is running or not, or the time has
   * elapsed.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the value
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared
   * @throws TimeoutException if the time has elapsed
   * @throws IllegalStateException if an initializer has failed, or fails meanwhile; what it threw
   *     is the cause
   * @throws IllegalMonitorStateException if called by the initializer that is running
   * @throws NullPointerException if unit is null
   */
  public T await(long timeout, TimeUnit unit) throws InterruptedException, TimeoutException {
    if (!once.await(timeout, unit)) {
      throw new TimeoutException();
    }
    return made();
  }

  /** The value, which there is. */
  @SuppressWarnings("NullAway") // null only if T is nullable
  T made() {
    return value;
  }

  /**
   * Tells the state, not the value.
   *
   * @return the identity and {@code [New]}, {@code [Running]}, {@code [Poisoned]} or {@code
   *     [Completed]}
   */
  @Override
  public String toString() {
    return super.toString() + describe(this);
  }

  /** The name of an object, and the state, in brackets. */
  String describe(Object named) {
    return once.describe(named);
  }
}
