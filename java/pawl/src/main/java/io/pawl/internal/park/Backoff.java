package io.pawl.internal.park;

/**
 * When to try again what has failed and is dear to try: later and later, until it succeeds.
 *
 * <p>Memory order: volatile, and no more; threads that come at once may try at once.
 */
public final class Backoff {

  private final long firstNanos;
  private final long lastNanos;

  /** The delay after the last failure; 0 while there is none to make up for. */
  private volatile long delay;

  private volatile long due;

  /**
   * Constructs one that has nothing to wait for.
   *
   * @param firstNanos the delay after the first failure, which doubles with each further one
   * @param lastNanos the longest delay
   */
  public Backoff(long firstNanos, long lastNanos) {
    this.firstNanos = firstNanos;
    this.lastNanos = lastNanos;
  }

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /**
   * Whether to try; reads no clock unless the last attempt has failed.
   *
   * @return true if so
   */
  public boolean isDue() {
    return delay == 0 || System.nanoTime() - due >= 0;
  }

  /** Notes that an attempt has failed. */
  public void failed() {
    long next = delay == 0 ? firstNanos : Math.min(2 * delay, lastNanos);
    due = System.nanoTime() + next;
    delay = next;
  }

  /** Notes that an attempt has succeeded. */
  public void succeeded() {
    if (delay != 0) {
      delay = 0;
    }
  }
}
