package io.pawl.shared;

import io.pawl.internal.backend.ServiceThread;
import io.pawl.internal.park.Backoff;
import io.pawl.internal.park.Deadlines;
import io.pawl.spi.NativeWait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits of virtual threads, which must not block in native code: for each word on which some wait,
 * a daemon thread waits in their place.
 */
final class VirtualWaits {
  /*
   * Algorithm
   *   A helper looks at its word, releases those who expect another value, waits on the value that it has
   *   seen, and releases all when it is woken. It ends when nobody is left. Who comes looks at the word
   *   once more after it has registered: the helper may sleep on an older value.
   *
   * Invariants
   *   I1  A word has a helper exactly while it has an entry in the map; both change under the monitor.
   *   I2  A helper that was woken while nobody was left passes the wake on.
   *   I3  A helper keeps the mapping while it runs.
   */

  private static final ExecutorService HELPERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> ServiceThread.make(task, "pawl-shared-wait", null));

  private static final Backoff STARTS = new Backoff(1_000_000_000, 64_000_000_000L);

  private static final long STOP_PAUSE_NANOS = 50_000;

  private final Region region;

  /** The words that have a helper, by their offsets; guarded by the monitor of this object. */
  private final Map<Long, Word> words = new HashMap<>();

  VirtualWaits(Region region) {
    this.region = region;
  }

  /** Who waits for a word; guarded by the monitor of the outer object. */
  private static final class Word {
    final long offset;
    final List<Waiter> waiters = new ArrayList<>();
    boolean over;

    Word(long offset) {
      this.offset = offset;
    }
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final int expected;
    volatile boolean released;

    Waiter(int expected) {
      this.expected = expected;
    }

    void release() {
      released = true;
      LockSupport.unpark(thread);
    }
  }

  /** Waits while a word holds a value, as {@link SharedWaits#await} does. */
  void await(Object blocker, long offset, int expected, long end, boolean interruptible) {
    Waiter waiter = new Waiter(expected);
    register(offset, waiter);
    boolean interrupted = false;
    try {
      if (region.getInt(offset) != expected) {
        return;
      }
      while (!waiter.released && !Deadlines.passed(end)) {
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            return;
          }
        }
        LockSupport.parkNanos(blocker, Deadlines.remaining(end));
      }
    } finally {
      unregister(offset, waiter);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Where there is no thread to help, or there was none a short time ago, the end of the slice has
   * to do.
   */
  private synchronized void register(long offset, Waiter waiter) {
    Word word = words.get(offset);
    if (word == null) {
      word = start(offset);
    }
    if (word != null) {
      word.waiters.add(waiter);
    }
  }

  private @Nullable Word start(long offset) {
    if (!STARTS.isDue()) {
      return null;
    }
    Word word = new Word(offset);
    region.enter();
    try {
      words.put(offset, word);
      HELPERS.execute(() -> help(word));
      STARTS.succeeded();
      return word;
    } catch (OutOfMemoryError | RejectedExecutionException _) {
      STARTS.failed();
      boolean _ = words.remove(offset, word);
      region.exit();
      return null;
    }
  }

  private synchronized void unregister(long offset, Waiter waiter) {
    Word word = words.get(offset);
    if (word != null) {
      word.waiters.remove(waiter);
    }
  }

  /** The life of a helper. What ends it early only makes waits longer: all of them are bounded. */
  private void help(Word word) {
    long address = region.memory.address() + word.offset;
    try {
      int result = NativeWait.ETIMEDOUT;
      while (true) {
        int value = region.getInt(word.offset);
        int released = release(word, value, result != NativeWait.ETIMEDOUT);
        if (word.over) {
          if (result == 0 && released == 0) {
            int _ = region.os().wake(address, 1, true);
          }
          return;
        }
        result =
            region.os().await(address, value, Deadlines.after(region.options.sliceNanos()), true);
        SharedWaits.check(region, result);
      }
    } catch (InternalError | IllegalStateException _) {
      // The region is lost, which each waiter finds out by itself.
    } finally {
      end(word);
      region.exit();
    }
  }

  /**
   * Releases those who need not wait, and notes if the helper is over since nobody is left.
   *
   * @param all whether that is everybody
   * @return how many
   */
  private synchronized int release(Word word, int value, boolean all) {
    int before = word.waiters.size();
    word.waiters.removeIf(waiter -> {
      if (all || waiter.expected != value) {
        waiter.release();
        return true;
      }
      return false;
    });
    int left = word.waiters.size();
    if (left == 0) {
      word.over = true;
      boolean _ = words.remove(word.offset, word);
    }
    return before - left;
  }

  private synchronized void end(Word word) {
    if (!word.over) {
      boolean _ = words.remove(word.offset, word);
      word.waiters.forEach(Waiter::release);
    }
  }

  /** Has helpers end for which nobody waits, so that the region can be closed. */
  void stop() {
    for (List<Long> idle = idle(); !idle.isEmpty(); idle = idle()) {
      for (long offset : idle) {
        region.wake(offset, NativeWait.ALL);
      }
      LockSupport.parkNanos(STOP_PAUSE_NANOS);
    }
  }

  private synchronized List<Long> idle() {
    List<Long> idle = new ArrayList<>();
    words.forEach((offset, word) -> {
      if (word.waiters.isEmpty()) {
        idle.add(offset);
      }
    });
    return idle;
  }
}
