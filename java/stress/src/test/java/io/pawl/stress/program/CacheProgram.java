package io.pawl.stress.program;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;

/** Threads that look up and drop values of a striped cache; tells whether all was consistent. */
public final class CacheProgram implements Function<ThreadFactory, String> {

  private static final int THREADS = 6;
  private static final int LOOK_UPS = 12_000;
  private static final int KEYS = 200;
  private static final int STRIPES = 4;

  /** What the threads have seen, guarded by the lock. */
  private static final class Seen {
    private final StampedLock lock = new StampedLock();
    private long sum;
    private int wrong;
    private int torn;
    private long removals;

    void add(long moreSum, int moreWrong, int moreTorn, int moreRemovals) {
      long stamp = lock.tryOptimisticRead();
      long writing = lock.tryConvertToWriteLock(stamp);
      if (writing == 0) {
        writing = lock.writeLock();
      }
      try {
        sum += moreSum;
        wrong += moreWrong;
        torn += moreTorn;
        removals += moreRemovals;
      } finally {
        lock.unlock(writing);
      }
    }
  }

  /** For the test, by its name. */
  public CacheProgram() {}

  @Override
  public String apply(ThreadFactory threads) {
    return "non-fair: " + run(threads, false) + "; fair: " + run(threads, true);
  }

  private static long value(int key) {
    return key + 1L;
  }

  private static String run(ThreadFactory threads, boolean fair) {
    Crowd crowd = new Crowd(threads);
    StripedCache cache = new StripedCache(STRIPES, fair, CacheProgram::value);
    Seen seen = new Seen();
    for (int i = 0; i < THREADS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Thread _ = crowd.start(() -> lookUp(cache, random, seen));
    }
    crowd.disturb();
    StripedCache.Totals end = cache.totals();
    return "sum %d wrong %d torn %d, not accounted for: %d values, %d removals"
        .formatted(
            seen.sum,
            seen.wrong,
            seen.torn,
            end.loads() - end.removals() - cache.size(),
            end.removals() - seen.removals);
  }

  private static void lookUp(StripedCache cache, SplittableRandom random, Seen seen) {
    long sum = 0;
    int wrong = 0;
    int torn = 0;
    int removals = 0;
    for (int i = 0; i < LOOK_UPS; i++) {
      int key = random.nextInt(KEYS);
      long value = get(cache, key);
      sum += value;
      if (value != value(key)) {
        wrong++;
      }
      StripedCache.Totals totals = cache.totals();
      if (totals.loads() < totals.removals() || totals.loaded() < totals.loads()) {
        torn++;
      }
      if (i % 16 == 0 && remove(cache, key)) {
        removals++;
      }
    }
    seen.add(sum, wrong, torn, removals);
  }

  private static long get(StripedCache cache, int key) {
    for (; ; ) {
      try {
        return cache.get(key);
      } catch (InterruptedException e) {
        // Once more.
      }
    }
  }

  private static boolean remove(StripedCache cache, int key) {
    try {
      return cache.remove(key, 20, TimeUnit.MICROSECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }
}
