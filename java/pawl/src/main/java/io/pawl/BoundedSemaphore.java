package io.pawl;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.util.concurrent.TimeUnit;

/**
 * A semaphore that never has more permits than it was made for: a release without an acquire before
 * it is a mistake, which throws instead of letting one thread too many in later.
 *
 * {@snippet :
 * private final BoundedSemaphore connections = new BoundedSemaphore(10);
 *
 * Reply ask(Question question) throws InterruptedException {
 *   connections.acquire();
 *   try {
 *     return server.ask(question);
 *   } finally {
 *     connections.release();  // a second one throws IllegalStateException
 *   }
 * }
 * }
 *
 * <p>One with a maximum of 1 is a {@linkplain #binary binary semaphore}: a flag that one thread
 * takes and any thread puts up again, as a {@link io.pawl.locks.Mutex}, which has an owner, cannot
 * be.
 *
 * <p>The maximum is noticed where there are too many permits, whoever releases: permits have no
 * owners, so a release that takes the place of another's cannot be told from it.
 *
 * <p>Everything else is as for {@link Semaphore}: fairness, interruption, timeouts, virtual
 * threads, thread dumps, memory consistency effects, cost, stack overflow, and serialization, which
 * keeps the maximum too. Construction allocates 8 bytes more.
 *
 * @see <a href="https://docs.python.org/3/library/threading.html#threading.BoundedSemaphore">
 *     BoundedSemaphore in Python</a>
 */
public class BoundedSemaphore extends Semaphore {

  /*
   * State: the number of permits, which the maximum bounds.
   *
   *            acquire(n), n <= p                       release(n), p + n <= maximum
   *   p - n <--------------------- p, at most maximum -------------------------------> p + n
   *                                        |
   *                                        | release(n), p + n > maximum: IllegalStateException
   *
   * Invariant I1: permits <= maximum, since each addition compares before its compare-and-set. A waiter
   * that gives back what it was granted adds no more than that leaves room for.
   */
  @Serial private static final long serialVersionUID = 1L;

  /** How many permits there can be. */
  private final int maximum;

  /**
   * Reads the semaphore.
   *
   * @param in where from
   * @throws IOException if it cannot be read; an {@link InvalidObjectException} if the maximum is
   *     less than 1 or than the permits
   * @throws ClassNotFoundException never
   */
  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    if (maximum < 1 || availablePermits() > maximum) {
      throw new InvalidObjectException(
          availablePermits() + " permits of at most " + maximum + " in a serialized semaphore");
    }
  }

  /**
   * Constructs a semaphore that is not fair and has all its permits.
   *
   * @param maximum how many permits there can be, and are to begin with
   * @throws IllegalArgumentException if the maximum is less than 1
   */
  public BoundedSemaphore(int maximum) {
    this(maximum, maximum, false);
  }

  /**
   * Constructs a semaphore.
   *
   * @param permits how many permits there are to begin with; may be negative
   * @param maximum how many permits there can be
   * @param fair whether the thread that has waited longest is served first
   * @throws IllegalArgumentException if the maximum is less than 1 or less than permits
   */
  @SuppressWarnings("this-escape") // the arguments are checked before there is anything to escape
  public BoundedSemaphore(int permits, int maximum, boolean fair) {
    super(permits, fair);
    if (maximum < 1 || permits > maximum) {
      throw new IllegalArgumentException(
          "The maximum is less than 1 or than the permits: " + permits + " of " + maximum);
    }
    this.maximum = maximum;
  }

  /**
   * Makes a semaphore with one permit at most, that is not fair.
   *
   * @param available whether the permit is there to begin with
   * @return a new semaphore
   */
  public static BoundedSemaphore binary(boolean available) {
    return new BoundedSemaphore(available ? 1 : 0, 1, false);
  }

  /**
   * How many permits there can be.
   *
   * @return the maximum
   */
  public final int getMaximum() {
    return maximum;
  }

  /**
   * Releases a permit; the current thread need not have acquired it.
   *
   * @throws IllegalStateException if there are as many as there can be; nothing is released
   */
  @Override
  public void release() {
    super.release();
  }

  /**
   * Releases permits; the current thread need not have acquired them.
   *
   * @param permits how many
   * @throws IllegalArgumentException if permits is negative
   * @throws IllegalStateException if there would be more than there can be; nothing is released
   */
  @Override
  public void release(int permits) {
    super.release(permits);
  }

  /**
   * Acquires permits as {@link Semaphore#acquire(int)} does.
   *
   * @param permits how many
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared and nothing is acquired
   * @throws IllegalArgumentException if permits is negative, or more than there can be
   */
  @Override
  public void acquire(int permits) throws InterruptedException {
    super.acquire(possible(permits));
  }

  /**
   * Acquires permits as {@link Semaphore#acquireUninterruptibly(int)} does.
   *
   * @param permits how many
   * @throws IllegalArgumentException if permits is negative, or more than there can be
   */
  @Override
  public void acquireUninterruptibly(int permits) {
    super.acquireUninterruptibly(possible(permits));
  }

  /**
   * Acquires permits as {@link Semaphore#tryAcquire(int)} does.
   *
   * @param permits how many
   * @return false if there are not enough
   * @throws IllegalArgumentException if permits is negative, or more than there can be
   */
  @Override
  public boolean tryAcquire(int permits) {
    return super.tryAcquire(possible(permits));
  }

  /**
   * Acquires permits as {@link Semaphore#tryAcquire(int, long, TimeUnit)} does.
   *
   * @param permits how many
   * @param timeout the longest time to wait; zero or less does not wait
   * @param unit the unit of time
   * @return false if the time has elapsed; nothing is acquired then
   * @throws InterruptedException if the current thread is interrupted, before or while it waits;
   *     its interrupted status is cleared and nothing is acquired
   * @throws IllegalArgumentException if permits is negative, or more than there can be
   * @throws NullPointerException if unit is null
   */
  @Override
  public boolean tryAcquire(int permits, long timeout, TimeUnit unit) throws InterruptedException {
    return super.tryAcquire(possible(permits), timeout, unit);
  }

  @Override
  final int possible(int permits) {
    if (permits > maximum) {
      throw new IllegalArgumentException(
          permits + " permits can never be had of a semaphore with at most " + maximum);
    }
    return super.possible(permits);
  }

  @Override
  final int maximum() {
    return maximum;
  }

  @Override
  final void refuse(int present, int released) {
    throw new IllegalStateException(
        "Released more often than acquired: "
            + released
            + " to be released, and there are "
            + present
            + " of at most "
            + maximum);
  }

  /**
   * Names the semaphore, how many permits there are and can be.
   *
   * @return the identity and {@code [Permits = NUMBER]} followed by {@code [Maximum = NUMBER]}
   */
  @Override
  public String toString() {
    return super.toString() + "[Maximum = " + maximum + "]";
  }
}
