package io.pawl.stress.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntToLongFunction;

/** A cache that loads each value once, with a lock for each stripe of keys. */
final class StripedCache {

  /**
   * What the cache has done.
   *
   * @param loads how many values it has loaded
   * @param removals how many of them it has dropped
   * @param loaded the sum of the values loaded
   */
  record Totals(long loads, long removals, long loaded) {}

  private static final class Stripe {
    private final ReadWriteLock lock;
    private final Map<Integer, Long> values = new HashMap<>();

    private Stripe(boolean fair) {
      lock = new ReentrantReadWriteLock(fair);
    }
  }

  private final List<Stripe> stripes = new ArrayList<>();
  private final IntToLongFunction loader;
  private final StampedLock totals = new StampedLock();
  private long loads;
  private long removals;
  private long loaded;

  StripedCache(int stripes, boolean fair, IntToLongFunction loader) {
    this.loader = loader;
    for (int i = 0; i < stripes; i++) {
      this.stripes.add(new Stripe(fair));
    }
  }

  private Stripe stripe(int key) {
    return stripes.get(Math.floorMod(key, stripes.size()));
  }

  /** The value of a key, loaded if it is not there. */
  long get(int key) throws InterruptedException {
    Stripe stripe = stripe(key);
    Lock reading = stripe.lock.readLock();
    reading.lockInterruptibly();
    try {
      Long value = stripe.values.get(key);
      if (value != null) {
        return value;
      }
    } finally {
      reading.unlock();
    }
    return load(stripe, key);
  }

  /** Loads under the write lock, and looks at what came of it under the read lock. */
  private long load(Stripe stripe, int key) {
    Lock reading = stripe.lock.readLock();
    Lock writing = stripe.lock.writeLock();
    writing.lock();
    try {
      if (!stripe.values.containsKey(key)) {
        long value = loader.applyAsLong(key);
        Long _ = stripe.values.put(key, value);
        count(1, 0, value);
      }
      reading.lock();
    } finally {
      writing.unlock();
    }
    try {
      return stripe.values.getOrDefault(key, Long.MIN_VALUE);
    } finally {
      reading.unlock();
    }
  }

  /** Drops a value if that is possible within the time; whether it has. */
  boolean remove(int key, long time, TimeUnit unit) throws InterruptedException {
    Stripe stripe = stripe(key);
    if (!stripe.lock.writeLock().tryLock(time, unit)) {
      return false;
    }
    try {
      if (stripe.values.remove(key) == null) {
        return false;
      }
      count(0, 1, 0);
      return true;
    } finally {
      stripe.lock.writeLock().unlock();
    }
  }

  private void count(int more, int removed, long value) {
    long stamp = totals.writeLock();
    try {
      loads += more;
      removals += removed;
      loaded += value;
    } finally {
      totals.unlockWrite(stamp);
    }
  }

  /** All totals at one moment. */
  Totals totals() {
    for (int i = 0; i < 3; i++) {
      long stamp = totals.tryOptimisticRead();
      Totals seen = new Totals(loads, removals, loaded);
      if (totals.validate(stamp)) {
        return seen;
      }
    }
    long stamp = totals.readLock();
    try {
      return new Totals(loads, removals, loaded);
    } finally {
      totals.unlockRead(stamp);
    }
  }

  int size() {
    int size = 0;
    for (Stripe stripe : stripes) {
      stripe.lock.readLock().lock();
      try {
        size += stripe.values.size();
      } finally {
        stripe.lock.readLock().unlock();
      }
    }
    return size;
  }
}
