package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Has threads that have been in a native wait for long go on in {@link LockSupport}: there tools
 * see them wait, and for what.
 *
 * <p>The system property {@code pawl.native.wait} says how long at most a thread waits natively. It
 * is 16 ms by default; with {@code 0} no thread waits natively, with {@code forever} none goes on
 * elsewhere.
 */
public final class LongWaits {

  /*
   * Algorithm: a thread of its own, the watcher, looks at the words of all parkers twice in that time. One that is
   * PARKED in the same park as at the look before is told to leave; so a wait without a deadline needs no
   * timer. The watcher goes when nobody has waited natively for a while, and the next wait starts another:
   * nothing here keeps a class loader from being dropped.
   *
   * A word's line     0  the state, see NativeParker
   *                   4  parks, counted by the owner
   *                   8  what the watcher has seen of these
   *
   * watcher   0 --begin--> 1 --nobody waits--> 0, one more look --somebody waits--> 1
   *
   * I1  While a thread is PARKED there is a watcher, or there was none to be had: then the thread stays
   *     where it is, and the next wait tries again.
   * I2  A change is one compare-and-set of PARKED to LEAVING, so no permit is overwritten; that it may meet
   *     a later park, or that of another owner, makes a wait visible too early. The wake that follows may
   *     fail: it is repeated at the next look, and nobody depends on it.
   *
   * Memory order
   *   watcher  volatile. begin reads it after PARKED, the watcher looks after it has stored 0: one of them
   *            sees the other.
   *   parks, seen  plain and opaque: what is missed is seen at the next look. Watchers that overlap, one of
   *            them at its last look, may send a thread away too early.
   */
  private static final String PROPERTY = "pawl.native.wait";
  private static final long FOREVER = Long.MAX_VALUE;

  /** Short of twice ten milliseconds, which some tools take for long: the watcher sleeps half. */
  private static final long DEFAULT_NANOS = 16_000_000;

  private static final int PARKS = 4;
  private static final int SEEN = 8;

  /** For how many looks nobody has waited when the watcher goes. */
  private static final int IDLE_LOOKS = 64;

  private static final String DEMAND = System.getProperty(PROPERTY, "");
  private static final long LIMIT_NANOS =
      DEMAND.equals("forever") ? FOREVER : Durations.nanos(DEMAND, DEFAULT_NANOS);

  /** The words of all parkers. */
  static final WordSlab WORDS = new WordSlab();

  private static final AtomicInteger WATCHER = new AtomicInteger();

  private LongWaits() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /** Whether threads are to wait natively at all. */
  static boolean areNative() {
    return LIMIT_NANOS > 0;
  }

  /**
   * Describes how long threads wait natively.
   *
   * @return a part of a line of text
   */
  public static String describe() {
    if (LIMIT_NANOS == FOREVER) {
      return "native, -D" + PROPERTY + "=forever";
    }
    String unknown =
        DEMAND.isEmpty() || Durations.nanos(DEMAND, -1) >= 0
            ? ""
            : "; -D"
                + PROPERTY
                + "="
                + DEMAND
                + " is unknown, use 0, forever, or a time such as 500us or 20ms";
    return LIMIT_NANOS == 0
        ? "in java.util.concurrent.locks.LockSupport, -D" + PROPERTY + "=" + DEMAND
        : "native for up to " + LIMIT_NANOS / 1000 + " us, then visible to tools" + unknown;
  }

  /**
   * Makes sure that the wait that the current thread begins is watched.
   *
   * @param word the word of its parker, which is PARKED already
   */
  static void begin(long word) {
    if (LIMIT_NANOS != FOREVER) {
      Words.set(word + PARKS, Words.get(word + PARKS) + 1);
      if (WATCHER.get() == 0) {
        start();
      }
    }
  }

  private static void start() {
    if (WATCHER.compareAndSet(0, 1)) {
      boolean started = false;
      try {
        new Watcher().start();
        started = true;
      } catch (OutOfMemoryError | LinkageError _) {
        // The wait is as good without.
      } finally {
        if (!started) {
          WATCHER.set(0);
        }
      }
    }
  }

  /** Whether there is a watcher. */
  static boolean isWatching() {
    return WATCHER.get() != 0;
  }

  /**
   * Tells a thread to leave its native wait, if it is in one.
   *
   * @param word the word of its parker
   */
  static void tellToLeave(long word) {
    if (Words.getOpaque(word) == NativeParker.LEAVING
        || Words.compareAndSet(word, NativeParker.PARKED, NativeParker.LEAVING)) {
      NativeWait backend = Objects.requireNonNull(Backend.current());
      try {
        int _ = backend.wake(word, 1, false);
      } catch (OutOfMemoryError | LinkageError _) {
        // The next look tries again.
      }
    }
  }

  /** Looks at the words until nobody has waited for a while. */
  private static final class Watcher extends Thread implements LongConsumer {

    /** Whether anybody waits natively, or has since the look before. */
    private boolean active;

    Watcher() {
      super(null, null, "pawl-watch", 0, false);
      setDaemon(true);
      setContextClassLoader(null);
    }

    @Override
    public void run() {
      try {
        watch();
      } catch (Throwable _) {
        WATCHER.set(0); // the next wait starts another
      }
    }

    private void watch() {
      do {
        int idle = 0;
        while (idle < IDLE_LOOKS) {
          LockSupport.parkNanos(LIMIT_NANOS / 2);
          boolean _ = Thread.interrupted();
          idle = look() ? 0 : idle + 1;
        }
        WATCHER.set(0);
      } while (look() && WATCHER.compareAndSet(0, 1));
    }

    private boolean look() {
      active = false;
      WORDS.forEach(this);
      return active;
    }

    /** Looks at a word. */
    @Override
    public void accept(long word) {
      int state = Words.getOpaque(word);
      int parks = Words.getOpaque(word + PARKS);
      if (parks != Words.get(word + SEEN)) {
        Words.set(word + SEEN, parks);
        active = true;
      } else if (state == NativeParker.PARKED || state == NativeParker.LEAVING) {
        active = true;
        tellToLeave(word);
      }
    }
  }
}
