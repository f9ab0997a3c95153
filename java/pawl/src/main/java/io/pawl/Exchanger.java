package io.pawl;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.queue.ExchangePoint;
import io.pawl.internal.queue.Spin;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A point where two threads meet and swap objects; takes the place of {@link
 * java.util.concurrent.Exchanger}.
 *
 * <p>A thread that comes first waits for a second one. Each gets the object that the other has
 * brought, which may be null. Any number of threads may use one exchanger; they meet in pairs.
 *
 * {@snippet :
 * private final Exchanger<Buffer> exchanger = new Exchanger<>();
 *
 * void fill(Buffer empty) throws InterruptedException {
 *   for (Buffer buffer = empty; ; buffer = exchanger.exchange(buffer)) {
 *     read(buffer);                              // comes back empty
 *   }
 * }
 *
 * void drain(Buffer full) throws InterruptedException {
 *   for (Buffer buffer = full; ; buffer = exchanger.exchange(buffer)) {
 *     write(buffer);                             // comes back full
 *   }
 * }
 * }
 *
 * <p><b>Fairness.</b> No two threads wait at the same time: the second swaps with the first. Which
 * of several that come at once meet is not specified.
 *
 * <p><b>Interruption and timeouts.</b> A thread that finds another waiting swaps with it at once,
 * whether it is interrupted or not and however short its timeout. A thread that ends its wait early
 * has given its object to nobody.
 *
 * <p><b>Virtual threads</b> that wait do not pin their carrier; platform and virtual threads meet
 * each other.
 *
 * <p><b>Memory consistency effects.</b> Actions of each thread before its {@code exchange}
 * <i>happen-before</i> those of the other after its own.
 *
 * <p><b>Cost.</b> An exchange is one atomic read-modify-write for each of the two threads, and a
 * wake if the first has gone to sleep. Construction allocates two objects of 40 bytes together; the
 * first wait of a thread allocates its waiting record, and exchanging allocates nothing afterwards.
 *
 * @param <V> the type of the objects
 */
public class Exchanger<V extends @Nullable Object> {

  static {
    Spin.initialize();
  }

  private final ExchangePoint point = new ExchangePoint();

  /** Constructs an exchanger. */
  public Exchanger() {}

  /**
   * Swaps objects with another thread, waiting for it if need be.
   *
   * @param x the object for the other thread, or null
   * @return the object of the other thread, or null
   * @throws InterruptedException if the current thread is interrupted, before or while it waits for
   *     another; its interrupted status is cleared
   */
  public V exchange(V x) throws InterruptedException {
    Object result = point.exchange(this, x, Deadlines.FOREVER);
    if (result == ExchangePoint.INTERRUPTED) {
      throw new InterruptedException();
    }
    return cast(result);
  }

  /**
   * Swaps objects with another thread, waiting for it no longer than the given time.
   *
   * @param x the object for the other thread, or null
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return the object of the other thread, or null
   * @throws InterruptedException if the current thread is interrupted, before or while it waits for
   *     another; its interrupted status is cleared
   * @throws TimeoutException if the time has elapsed before another thread came
   * @throws NullPointerException if unit is null
   */
  public V exchange(V x, long timeout, TimeUnit unit)
      throws InterruptedException, TimeoutException {
    Object result = point.exchange(this, x, Deadlines.after(unit.toNanos(timeout)));
    if (result == ExchangePoint.INTERRUPTED) {
      throw new InterruptedException();
    }
    if (result == ExchangePoint.TIMED_OUT) {
      throw new TimeoutException();
    }
    return cast(result);
  }

  /**
   * Names the exchanger.
   *
   * @return the identity, and the name in brackets if there is one
   */
  @Override
  public String toString() {
    return super.toString() + Subjects.suffix(this);
  }

  /** What another thread has brought to this exchanger is a V. */
  @SuppressWarnings({"unchecked", "NullAway"})
  private V cast(@Nullable Object result) {
    return (V) result;
  }
}
