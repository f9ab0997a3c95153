package io.pawl.internal.queue;

import java.util.concurrent.locks.LockSupport;

/**
 * How long to spin before a thread is put to sleep, and how often to look meanwhile.
 *
 * <p>Spinning buys latency with processor time. With the system property {@code pawl.spin} set to
 * {@code off} nobody spins, and neither does anybody on a single processor, where nobody can
 * release what is waited for meanwhile.
 */
public final class Spin {

  /*
   * A look costs the holder of a lock its cache line (HoldSample), a pause of the processor takes 1 to 50
   * ns. So looks are a time apart, not a number of pauses: the length of a pause is measured, as the shortest of
   * SAMPLES batches that end spins in vain, since some are executed by the interpreter, or by a thread
   * that is put aside meanwhile.
   *
   * Memory order: all plain. A lost sample or a stale length changes how often somebody looks.
   */

  private static final String PROPERTY = "pawl.spin";
  private static final String OFF = "off";
  private static final String ADAPTIVE = "adaptive";

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final boolean HELPS = PROCESSORS > 1 && !OFF.equals(System.getProperty(PROPERTY));

  /** The number of steps before queueing at a gate. */
  static final int STEPS = HELPS ? 2 : 0;

  /**
   * The length of the first step: long enough for the holder to use the lock many times in peace.
   */
  private static final int FIRST_STEP = 32;

  /** For how long a thread spins for a lock, which pays if the lock is free after that. */
  private static final long LIMIT_NANOS = 8_000;

  /** A virtual thread's limit: its carrier may have others to run. */
  private static final long VIRTUAL_LIMIT_NANOS = 2_000;

  /** The time before the first look. */
  private static final int LOOK_NANOS = 30;

  /** How often that time is doubled. */
  private static final int DOUBLINGS = 6;

  private static final int MAX_PAUSES = 64;

  private static final int BATCH = 64;
  private static final int SAMPLES = 64;
  private static final int SPINS_PER_SAMPLE = 16;

  private static int pausesBeforeLook = 1;
  private static long shortestBatch = Long.MAX_VALUE;
  private static int vainSpins;

  /** About what a sleep and a wake cost when the processor has gone idle meanwhile. */
  static final long SLEEP_NANOS = 30_000;

  private Spin() {}

  /**
   * Counts the processors now. A thread that is bound to one of them would count one, so this is
   * called as early as possible.
   */
  public static void initialize() {}

  /**
   * Whether it can help to spin: whether another thread can go on meanwhile.
   *
   * @return false on a single processor, or if it has been forbidden
   */
  public static boolean helps() {
    return HELPS;
  }

  /**
   * For how long the current thread spins for a lock.
   *
   * @return nanoseconds
   */
  public static long limit() {
    return Thread.currentThread().isVirtual() ? VIRTUAL_LIMIT_NANOS : LIMIT_NANOS;
  }

  /**
   * Pauses before a look at a lock.
   *
   * @param looks after how many; each doubles the time, up to a bound
   */
  public static void pauseBeforeLook(int looks) {
    for (int i = pausesBeforeLook << Math.min(looks, DOUBLINGS); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** Called after a spin in vain: measures now and then how long a pause takes. */
  public static void calibrate() {
    int spins = vainSpins;
    if (spins < SAMPLES * SPINS_PER_SAMPLE) {
      vainSpins = spins + 1;
      if (spins % SPINS_PER_SAMPLE == 0) {
        sample();
      }
    }
  }

  private static void sample() {
    long start = System.nanoTime();
    for (int i = BATCH; i > 0; i--) {
      Thread.onSpinWait();
    }
    long nanos = Math.max(System.nanoTime() - start, 1);
    if (nanos < shortestBatch) {
      shortestBatch = nanos;
      pausesBeforeLook = Math.clamp(BATCH * (long) LOOK_NANOS / nanos, 1, MAX_PAUSES);
    }
  }

  /**
   * Describes how threads spin.
   *
   * @return a part of a line of text
   */
  public static String describe() {
    if (PROCESSORS == 1) {
      return "off, with a single processor";
    }
    if (!HELPS) {
      return "off, -D" + PROPERTY + "=" + OFF;
    }
    String demand = System.getProperty(PROPERTY, ADAPTIVE);
    long nanos = shortestBatch;
    return ADAPTIVE
        + ", for up to "
        + LIMIT_NANOS / 1000
        + " us; a pause "
        + (nanos == Long.MAX_VALUE
            ? "has not been measured yet"
            : "takes " + (nanos + BATCH / 2) / BATCH + " ns")
        + (demand.equals(ADAPTIVE)
            ? ""
            : "; -D" + PROPERTY + "=" + demand + " is unknown, use off or adaptive");
  }

  /** Pauses between two attempts, each time twice as long. */
  static void pause(int step) {
    for (int i = FIRST_STEP << step; i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /**
   * Pauses between two attempts of a thread that has no place in a queue, for want of memory for
   * one: up to a millisecond, the longer the more often it has tried. Allocates nothing, if the
   * thread is a platform thread, and leaves the interrupted status as it is.
   *
   * @param round how many pauses there have been
   */
  @SuppressWarnings("ThreadPriorityCheck") // there may be no memory to sleep otherwise
  public static void rest(int round) {
    boolean interrupted = Thread.interrupted();
    try {
      LockSupport.parkNanos(1_000L << Math.min(round, 10));
    } catch (OutOfMemoryError e) {
      Thread.yield();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Pauses as {@link #rest} does, for a thread that goes on whatever fails meanwhile. */
  static void restAnyway(int round) {
    try {
      rest(round);
    } catch (Throwable _) {
      // What is waited for is tried all the sooner.
    }
  }

  /** Spins until a waiter has been woken or granted; false if it was not soon enough. */
  static boolean untilWoken(Waiter w) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 16; i++) {
        if (w.status() > Waiter.WAITING) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < SLEEP_NANOS);
    return false;
  }
}
