package io.pawl.observe;

import io.pawl.internal.backend.ServiceThread;
import io.pawl.internal.observe.Inside;
import io.pawl.internal.park.Durations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Logs each wait for a lock, or for permits, that takes longer than a given time: once, with the
 * stack of the thread that waits, who holds the lock and where that thread is now.
 *
 * <p>Waits for a condition, a latch or a queue's next element are not logged: threads that have
 * nothing to do wait for those.
 *
 * <p>{@code -Dpawl.slow=500ms} starts it with the first wait of the process, for as long as that
 * runs. It logs to the {@linkplain System#getLogger(String) system logger} {@code
 * io.pawl.observe.SlowWaits}, as {@link Level#WARNING}; where nothing else is configured this
 * writes to standard error.
 *
 * <p>A daemon thread looks at the waits that go on, about ten times in the given time. So a wait is
 * logged a little later than at that time; one that is over by then is logged without the stack of
 * an owner. As long as this runs, waiting allocates memory and costs about a microsecond more;
 * acquiring what is free costs what it did.
 *
 * {@snippet :
 * try (SlowWaits slow = SlowWaits.start(Duration.ofMillis(500))) {
 *   serve();
 * }
 * }
 */
public final class SlowWaits implements AutoCloseable {

  /** The system property that starts this: a time such as {@code 500ms} or {@code 2s}. */
  public static final String PROPERTY = "pawl.slow";

  private static final long LEAST_PAUSE_NANOS = 1_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  private final long nanos;

  /** The waits that are not over, or were too long, and have not been logged. */
  private final Set<Wait> underWay = ConcurrentHashMap.newKeySet();

  private final ContentionListener listener =
      new ContentionListener() {
        @Override
        public void waitBegan(Wait wait) {
          if (wait.mode().compareTo(Wait.Mode.PERMITS) <= 0) {
            underWay.add(wait);
          }
        }

        @Override
        public void waitEnded(Wait wait) {
          if (wait.nanos() < nanos) {
            underWay.remove(wait);
          }
        }
      };

  private volatile boolean closed;

  private SlowWaits(long nanos) {
    this.nanos = nanos;
  }

  /**
   * Starts to log.
   *
   * @param atLeast how long a wait has to take to be logged
   * @return what ends it when it is closed
   * @throws IllegalArgumentException if the time is not positive
   * @throws NullPointerException if it is null
   */
  public static SlowWaits start(Duration atLeast) {
    if (atLeast.isNegative() || atLeast.isZero()) {
      throw new IllegalArgumentException("Not a positive time: " + atLeast);
    }
    long nanos;
    try {
      nanos = atLeast.toNanos();
    } catch (ArithmeticException _) {
      nanos = Long.MAX_VALUE;
    }
    return start(nanos);
  }

  private static SlowWaits start(long nanos) {
    SlowWaits slow = new SlowWaits(nanos);
    Thread watcher = ServiceThread.make(slow::watch, "pawl-slow", null);
    Contention.addListener(slow.listener);
    try {
      watcher.start();
    } catch (Throwable t) {
      slow.close();
      throw t;
    }
    return slow;
  }

  /**
   * Starts what {@value #PROPERTY} demands; logs that it is unknown otherwise. Loggers are left to
   * other threads, since the current one may be in the middle of a lock.
   */
  public static void startDemanded() {
    String demand = System.getProperty(PROPERTY);
    long nanos = Durations.nanos(demand, -1);
    if (nanos > 0) {
      SlowWaits _ = start(nanos);
    } else if (demand != null && nanos < 0) {
      Thread teller = ServiceThread.make(() -> warn(describe(demand, nanos)), "pawl-slow", null);
      teller.setDaemon(false); // or the JVM might end before it is told
      teller.start();
    }
  }

  private static void warn(String message) {
    System.getLogger(SlowWaits.class.getName()).log(Level.WARNING, message);
  }

  /**
   * Describes what {@value #PROPERTY} demands.
   *
   * @return a part of a line of text
   */
  public static String describe() {
    String demand = System.getProperty(PROPERTY);
    return demand == null ? "not logged" : describe(demand, Durations.nanos(demand, -1));
  }

  private static String describe(String demand, long nanos) {
    String property = "-D" + PROPERTY + "=" + demand;
    return nanos < 0
        ? "not logged; " + property + " is unknown, use a time such as 500ms or 2s"
        : nanos == 0 ? "not logged, " + property : "logged, " + property;
  }

  /** Logs no more. Waits that are too long by now may still be logged. */
  @Override
  public void close() {
    closed = true;
    boolean _ = Contention.removeListener(listener);
  }

  // ---- The thread that looks

  private void watch() {
    long pause = Math.clamp(nanos / 10, LEAST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    while (!closed) {
      try {
        boolean _ = Inside.enter(); // for good: what this thread waits for is not told
        LockSupport.parkNanos(pause);
        boolean _ = Thread.interrupted();
        boolean _ = underWay.removeIf(this::isSettled);
      } catch (Throwable _) {
        // The next look may succeed: without one the set would only grow.
      }
    }
  }

  /** Logs a wait that is too long; whether nothing is left to do for it. */
  private boolean isSettled(Wait wait) {
    if (wait.nanos() < nanos) {
      return wait.outcome() != null;
    }
    try {
      warn(SlowWaitText.of(wait));
    } catch (Throwable _) {
      // The next one may succeed.
    }
    return true;
  }
}
