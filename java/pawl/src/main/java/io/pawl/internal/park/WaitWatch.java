package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.backend.ServiceThread;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no thread waits natively for longer than a limit, at next to no cost for the many
 * waits that are short.
 */
class WaitWatch {

  /*
   * States of the watcher
   *
   *   none    -- STARTING waits within STARTING_NANOS --------------------> dozing
   *   dozing  -- its thread runs; somebody waits -------------------------> awake
   *   awake   -- nobody has waited for DOZE_NANOS ------------------------> dozing
   *   dozing  -- nobody has waited for IDLE_NANOS; it could not be started -> none
   *
   * After one that could not be started the next attempt is due after a delay that doubles.
   *
   * Algorithm: while waits are frequent a thread of its own, the watcher, looks at the words of all parkers twice
   * within the limit. One that is PARKED in the same park as at the look before is told to leave; so a
   * wait needs no timer. When nobody has waited for a while the watcher dozes: it looks more and more rarely,
   * and ends at last. A wait that begins while the watcher dozes, or while there is none, has a timer: its native
   * part ends by itself at the limit. That costs such a wait a look at the clock and the programming of a
   * timer, and spares an idle program a thread that looks all the time.
   *
   * A word's line     0  the state, see NativeParker
   *                   4  parks, counted by the owner
   *                   8  seen, what the watcher has seen of these
   *                  12  woken, whether the wake that goes with LEAVING has been done
   *
   * I1  While a thread is PARKED, its wait ends by itself at the limit, or a watcher is awake, or looks once more
   *     before its next nap. A watcher ends only after a whole look, begun while it dozed, that has found
   *     nobody.
   * I2  A change is one compare-and-set of PARKED to LEAVING, so no permit is overwritten; that it may meet
   *     a later park, or that of another owner, makes a wait visible too early. The wake that follows may
   *     fail: it is repeated at the next look, and nobody depends on it. One that has succeeded is not: a
   *     thread that enters the native wait later finds LEAVING. So a word that a dead thread has left in PARKED
   *     or LEAVING keeps no watcher.
   * I3  Whatever a look throws, the watcher goes on. What says that there is this watcher is taken away by itself,
   *     when it does no more, or by who could not start it.
   *
   * Memory order
   *   watcher, dozing  volatile. A wait reads them after it has stored PARKED; the watcher looks after it has stored
   *                    dozing: one of them sees the other.
   *   state            volatile in a look, for that reason
   *   parks            opaque. One that is missed is seen at the next look; until then PARKED is a wait, and may
   *                    be told too early
   *   seen, woken      plain, the watcher's: to say that it is none any more is the last that it does
   *   unwatched, since plain; a lost count puts a start off, two that begin to count at once do so too
   */
  private static final int PARKS = 4;
  private static final int SEEN = 8;
  private static final int WOKEN = 12;

  private static final String THREAD_NAME = "pawl-watch";

  /** So many waits that find no watcher, within a time, start one: a few are not worth a thread. */
  static final int STARTING = 16;

  private static final long STARTING_NANOS = 1_000_000_000;

  /** For how long nobody has waited when a watcher begins to doze. */
  private static final long DOZE_NANOS = 128_000_000;

  private static final long LONGEST_NAP_NANOS = 256_000_000;

  /** For how long nobody has waited when a watcher ends. */
  private static final long IDLE_NANOS = 30_000_000_000L;

  private static final long FIRST_DELAY_NANOS = 1_000_000_000;
  private static final long LAST_DELAY_NANOS = 64_000_000_000L;

  private final WordSlab words;
  private final long limitNanos;
  private final long dozeNanos;
  private final long idleNanos;
  private final long startingNanos;
  private final Backoff starts = new Backoff(FIRST_DELAY_NANOS, LAST_DELAY_NANOS);
  private final AtomicReference<@Nullable Watcher> watcher = new AtomicReference<>();
  private int unwatched;
  private long since = System.nanoTime();

  /**
   * Constructs a watch without a watcher.
   *
   * @param words the words of all parkers
   * @param limitNanos for how long a thread may wait natively
   */
  WaitWatch(WordSlab words, long limitNanos) {
    this(words, limitNanos, DOZE_NANOS, IDLE_NANOS, STARTING_NANOS);
  }

  WaitWatch(WordSlab words, long limitNanos, long dozeNanos, long idleNanos, long startingNanos) {
    this.words = words;
    this.limitNanos = limitNanos;
    this.dozeNanos = dozeNanos;
    this.idleNanos = idleNanos;
    this.startingNanos = startingNanos;
  }

  /** Initializes this class and that of a watcher, see {@link Parker#initialize}. */
  static void initialize() {
    Watcher.initialize();
  }

  /**
   * Begins a native wait of the current thread.
   *
   * @param word the word of its parker, which is PARKED already
   * @param deadline of the wait
   * @return when its native part is to end: the deadline if somebody watches, or if that is sooner
   */
  final long begin(long word, long deadline) {
    Words.setOpaque(word + PARKS, Words.get(word + PARKS) + 1);
    Watcher w = watcher.get();
    if (w != null && !w.dozing) {
      return deadline;
    }
    if (w == null && areEnough()) {
      start();
    }
    return Deadlines.sooner(deadline, limitNanos);
  }

  /** Counts a wait without a watcher; returns whether there have been enough to start one. */
  private boolean areEnough() {
    long now = System.nanoTime();
    if (now - since > startingNanos) {
      since = now;
      unwatched = 0;
    }
    return ++unwatched % STARTING == 0;
  }

  /** Starts a watcher, unless there is one or there was none to be had a short time ago. */
  private void start() {
    if (!starts.isDue()) {
      return;
    }
    Watcher w = null;
    try {
      w = new Watcher();
      if (watcher.compareAndSet(null, w)) {
        start(ServiceThread.make(w, THREAD_NAME, null));
        starts.succeeded();
      }
    } catch (Throwable _) {
      // The wait is as good without.
      if (w != null) {
        w.end();
      }
      starts.failed();
    }
  }

  /** Starts the thread of a watcher. */
  void start(Thread thread) {
    thread.start();
  }

  /** Whether there is a watcher. */
  final boolean isWatched() {
    return watcher.get() != null;
  }

  /**
   * Looks at all words as a watcher does.
   *
   * @return whether anybody waits natively, or has since the look before
   */
  final boolean look() {
    return new Watcher().look();
  }

  /**
   * Tells a thread to leave its native wait, if it is in one.
   *
   * @param word the word of its parker
   * @return whether it was, and has been woken
   */
  final boolean tellToLeave(long word) {
    boolean leaves =
        Words.getOpaque(word) == NativeParker.LEAVING
            || Words.compareAndSet(word, NativeParker.PARKED, NativeParker.LEAVING);
    if (leaves) {
      wake(word);
    }
    return leaves;
  }

  /** Wakes the thread that sleeps on a word. */
  void wake(long word) {
    NativeWait backend = Objects.requireNonNull(Backend.current());
    int _ = backend.wake(word, 1, false);
  }

  /** Hands on all words. */
  void forEachWord(LongConsumer action) {
    words.forEach(action);
  }

  /** Looks at the words until nobody has waited for a long time. */
  private final class Watcher implements Runnable, LongConsumer {

    /** Whether those that begin to wait have to see to themselves. */
    private volatile boolean dozing = true;

    /** Whether anybody waits natively, or has since the look before. */
    private boolean active;

    private final long shortestNap = limitNanos / 2;
    private long nap = shortestNap;
    private long lastWait = System.nanoTime();

    static void initialize() {}

    @Override
    public void run() {
      dozing = false;
      boolean over = false;
      while (!over) {
        try {
          LockSupport.parkNanos(nap);
          boolean _ = Thread.interrupted();
          over = isOver();
        } catch (Throwable _) {
          // It has not looked at all words. The next look does.
        }
      }
      end();
    }

    /** Says that this is no watcher any more. */
    private void end() {
      boolean _ = watcher.compareAndSet(this, null);
    }

    /** Looks, and determines how long to nap next; returns whether nobody has waited for long. */
    private boolean isOver() {
      if (look()) {
        wakeUp();
        return false;
      }
      long idle = System.nanoTime() - lastWait;
      if (dozing) {
        nap = Math.max(nap, Math.min(2 * nap, LONGEST_NAP_NANOS));
        return idle >= idleNanos;
      }
      if (idle >= dozeNanos) {
        dozing = true;
        if (look()) {
          wakeUp();
        }
      }
      return false;
    }

    private void wakeUp() {
      dozing = false;
      nap = shortestNap;
      lastWait = System.nanoTime();
    }

    private boolean look() {
      active = false;
      forEachWord(this);
      return active;
    }

    /** Looks at a word. */
    @Override
    public void accept(long word) {
      int state = Words.getVolatile(word);
      int parks = Words.getOpaque(word + PARKS);
      if (parks != Words.get(word + SEEN)) {
        Words.set(word + SEEN, parks);
        active = true;
      } else if (state == NativeParker.PARKED) {
        Words.set(word + WOKEN, 0);
        active = true;
        tell(word);
      } else if (state == NativeParker.LEAVING && Words.get(word + WOKEN) == 0) {
        active = true;
        tell(word);
      }
    }

    private void tell(long word) {
      try {
        if (tellToLeave(word)) {
          Words.set(word + WOKEN, 1);
        }
      } catch (Throwable _) {
        // The next look tries again.
      }
    }
  }
}
