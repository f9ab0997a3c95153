package io.pawl.locks;

import org.jspecify.annotations.Nullable;

/**
 * Exclusive access to the data of a {@link Guarded} or {@link RwGuarded}, until it is closed.
 *
 * <p>A guard cannot know whether its scope is left by an exception, so the holder tells it when the
 * data is in order: by {@link #done()}, the last statement of the scope, or {@link #done(Object)},
 * where the scope returns a result. A guard that is closed with its data touched and not done
 * poisons the data.
 *
 * {@snippet :
 * try (var g = accounts.lock()) {
 *   g.value().withdraw(from, amount); // what is thrown here
 *   g.value().deposit(to, amount);    // or here poisons the accounts
 *   g.done();
 * }
 *
 * try (var g = accounts.lock()) {
 *   return g.done(g.value().total());
 * }
 * }
 *
 * <p>There is one guard object for each lock, used by each holder in turn. All methods throw {@link
 * IllegalMonitorStateException} if the current thread does not hold the data by a guard, as after
 * closing twice. The data must not be used once the guard has been closed; nothing enforces that.
 *
 * @param <T> the type of the data
 */
public final class Guard<T extends @Nullable Object> implements AutoCloseable {

  private final GuardedData<T> data;

  Guard(GuardedData<T> data) {
    this.data = data;
  }

  /**
   * Gives access to the data. From here until {@link #done()} it counts as being changed.
   *
   * @return the data
   */
  public T value() {
    return data.touch();
  }

  /**
   * Replaces the data. From here until {@link #done()} it counts as being changed.
   *
   * @param value the new data
   */
  public void set(T value) {
    data.replace(value);
  }

  /** States that the data is in order: unless it is touched again, closing does not poison it. */
  public void done() {
    data.settle();
  }

  /**
   * States that the data is in order, as {@link #done()} does, for use in a return statement.
   *
   * @param result any object, or null
   * @param <R> its type
   * @return the object
   */
  public <R extends @Nullable Object> R done(R result) {
    data.settle();
    return result;
  }

  /** Releases the data, which is poisoned if it has been touched and not been said to be done. */
  @Override
  public void close() {
    data.leave();
  }
}
