package io.pawl.internal.park;

import io.pawl.internal.memory.WordSlab;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has threads that have been in a native wait for long go on in {@link LockSupport}: there tools
 * see them wait, and for what.
 *
 * <p>The system property {@code pawl.native.wait} says how long at most a thread waits natively. It
 * is 16 ms by default, and never less than 20 us; with {@code 0} no thread waits natively, with
 * {@code forever} none goes on elsewhere. Anything else is an error in the first wait.
 */
public final class LongWaits {

  private static final String PROPERTY = "pawl.native.wait";
  private static final long FOREVER = Long.MAX_VALUE;

  /** Short of twice ten milliseconds, which some tools take for long: the watcher sleeps half. */
  private static final long DEFAULT_NANOS = 16_000_000;

  /** Half of it is about the shortest time for which a thread can sleep. */
  private static final long LEAST_NANOS = 20_000;

  private static final String DEMAND = System.getProperty(PROPERTY, "");
  private static final long LIMIT_NANOS = limit(DEMAND);

  /** What is wrong with the demand, or null. */
  private static final @Nullable String UNKNOWN = unknown(DEMAND);

  /** The words of all parkers. */
  static final WordSlab WORDS = new WordSlab();

  static final WaitWatch WATCH = new WaitWatch(WORDS, LIMIT_NANOS);

  private LongWaits() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /** What a demand comes to, in nanoseconds; the default if it means nothing. */
  static long limit(String demand) {
    if (demand.equals("forever")) {
      return FOREVER;
    }
    long nanos = Durations.nanos(demand, DEFAULT_NANOS);
    return nanos == 0 ? 0 : Math.max(nanos, LEAST_NANOS);
  }

  /** What is wrong with a demand, or null. */
  static @Nullable String unknown(String demand) {
    return demand.isEmpty() || demand.equals("forever") || Durations.nanos(demand, -1) >= 0
        ? null
        : "-D"
            .concat(PROPERTY)
            .concat("=")
            .concat(demand)
            .concat(" is unknown; use 0, forever, or a time such as 500us or 20ms");
  }

  /**
   * Whether threads are to wait natively at all.
   *
   * @throws IllegalStateException if it is unknown for how long
   */
  static boolean areNative() {
    if (UNKNOWN != null) {
      throw new IllegalStateException(UNKNOWN);
    }
    return LIMIT_NANOS > 0;
  }

  /**
   * Describes how long threads wait natively.
   *
   * @return a part of a line of text
   */
  public static String describe() {
    if (UNKNOWN != null) {
      return "refused: " + UNKNOWN;
    }
    if (LIMIT_NANOS == FOREVER) {
      return "native, -D" + PROPERTY + "=forever";
    }
    return LIMIT_NANOS == 0
        ? "in java.util.concurrent.locks.LockSupport, -D" + PROPERTY + "=" + DEMAND
        : "native for up to " + Durations.text(LIMIT_NANOS) + ", then visible to tools";
  }

  /**
   * Begins a native wait of the current thread.
   *
   * @param word the word of its parker, which is PARKED already
   * @param deadline of the wait
   * @return when its native part is to end
   */
  static long begin(long word, long deadline) {
    return LIMIT_NANOS == FOREVER ? deadline : WATCH.begin(word, deadline);
  }

  /**
   * Whether a native wait ends by itself at the limit, and that is soon: whoever waits so need not
   * be known to the {@link Rescuer}.
   *
   * @param end when its native part ends, of {@link #begin}
   * @param deadline of the wait
   */
  static boolean endsSoon(long end, long deadline) {
    return end != deadline && LIMIT_NANOS <= Rescuer.SOON_NANOS;
  }
}
