package io.pawl.spi;

/**
 * The operating system's wait-on-address call: what a backend of Pawl implements.
 *
 * <p>An address is that of a four-byte aligned 32-bit word outside the Java heap. A method that can
 * fail returns a negated error number, numbered as on Linux whatever the platform. Deadlines are
 * absolute nanoseconds on the clock of {@link System#nanoTime()}; {@link #FOREVER} means none.
 *
 * <p>Calls block the carrier of a virtual thread. Callers therefore make {@link #await} from
 * platform threads only; the other methods return at once and may be called from any thread.
 *
 * <p><b>Memory consistency:</b> a wait that finds the expected value, and a wake, are full fences
 * with regard to the word, as documented in futex(2) under "FUTEX_WAIT".
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
public interface NativeWait {

  /** The deadline that never comes. */
  long FOREVER = Long.MAX_VALUE;

  /** The count that wakes, or moves, every waiter. */
  int ALL = Integer.MAX_VALUE;

  /** Not permitted. */
  int EPERM = -1;

  /** The wait ended without a wake. */
  int EINTR = -4;

  /** The word did not hold the expected value. */
  int EAGAIN = -11;

  /** An invalid argument. */
  int EINVAL = -22;

  /** The platform has no such call. */
  int ENOSYS = -38;

  /** The deadline passed. */
  int ETIMEDOUT = -110;

  /**
   * Waits while the word at {@code address} holds {@code expected}.
   *
   * @param address the address of the word
   * @param expected the value on which to wait
   * @param deadline absolute time in nanoseconds, or {@link #FOREVER}
   * @param shared whether the word lies in memory shared with other processes
   * @return 0 when woken (or spuriously), {@link #EAGAIN}, {@link #ETIMEDOUT}, {@link #EINTR}, or
   *     {@link #ENOSYS} for a shared word where the platform has none
   */
  int await(long address, int expected, long deadline, boolean shared);

  /**
   * Wakes up to {@code count} waiters of the word at {@code address}.
   *
   * @param address the address of the word
   * @param count how many, or {@link #ALL}
   * @param shared as given to {@link #await}
   * @return the number woken, or the least it can have been where the platform does not tell
   */
  int wake(long address, int count, boolean shared);

  /**
   * Wakes some waiters of one word and moves others to another word, if the first still holds
   * {@code expected}.
   *
   * @param from the address of the word whose waiters are meant
   * @param expected what it has to hold
   * @param wake how many to wake
   * @param move how many of the rest to move
   * @param to the address of the word to which they are moved
   * @param shared as given to {@link #await}, alike for both words
   * @return the number woken plus moved, {@link #EAGAIN}, or {@link #ENOSYS} where no kernel
   *     requeue exists and the caller has to wake instead
   */
  int requeue(long from, int expected, int wake, int move, long to, boolean shared);

  /**
   * Registers the process for {@link #barrier()}.
   *
   * @return 0, or a negated error number where there is no process-wide barrier
   */
  int registerBarrier();

  /**
   * Executes a full memory fence on every running thread of this process.
   *
   * @return 0, or {@link #EPERM} before {@link #registerBarrier()} has succeeded
   */
  int barrier();
}
