package io.pawl.internal.park;

import io.pawl.spi.NativeWait;

/** Absolute deadlines on the clock of {@link System#nanoTime()}. */
public final class Deadlines {

  /** The deadline that never comes. */
  public static final long FOREVER = NativeWait.FOREVER;

  private Deadlines() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /**
   * The time that lies so many nanoseconds ahead.
   *
   * @param nanos how many; zero or fewer gives a deadline that has passed
   * @return the deadline; {@link #FOREVER} if it is too far ahead to be told
   */
  public static long after(long nanos) {
    long now = System.nanoTime();
    long deadline = now + Math.max(nanos, 0);
    return deadline < now ? FOREVER : deadline;
  }

  /**
   * The sooner of a deadline and the time that lies so many nanoseconds ahead.
   *
   * @param deadline a deadline
   * @param nanos how many
   * @return the deadline itself unless it is later
   */
  public static long sooner(long deadline, long nanos) {
    long end = after(nanos);
    return end != FOREVER && (deadline == FOREVER || end - deadline < 0) ? end : deadline;
  }

  /**
   * How long until the deadline.
   *
   * @param deadline a deadline
   * @return nanoseconds, not positive once it has passed; {@link Long#MAX_VALUE} for {@link
   *     #FOREVER}
   */
  public static long remaining(long deadline) {
    return deadline == FOREVER ? Long.MAX_VALUE : deadline - System.nanoTime();
  }

  /**
   * Whether the deadline has passed.
   *
   * @param deadline a deadline
   * @return true if it has; reads no clock for {@link #FOREVER}
   */
  public static boolean passed(long deadline) {
    return deadline != FOREVER && deadline - System.nanoTime() <= 0;
  }
}
