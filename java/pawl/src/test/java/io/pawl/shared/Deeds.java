package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Random operations of one thread on everything that a region can hold, with data whose two halves
 * are alike whenever nobody changes them: whoever finds them unlike has met a section of another,
 * or what a dead owner has left and nobody repaired.
 */
final class Deeds {
  private static final int OPERATIONS = 7;

  private final SharedRegion region;
  private final MemorySegment data;
  private final MemorySegment table;
  private final SharedMutex mutex;
  private final SharedCondvar changed;
  private final SharedRwLock rwLock;
  private final SharedSemaphore permits;
  private final SharedSemaphore lossy;
  private final SharedSeqLock record;

  Deeds(SharedRegion region) {
    this.region = region;
    this.data = region.data("pair", 16);
    this.table = region.data("table", 16);
    this.mutex = region.mutex("mutex", _ -> repair(data));
    this.changed = region.condvar("changed", mutex);
    this.rwLock = region.rwLock("rw", _ -> repair(table));
    this.permits = region.semaphore("permits", 2);
    this.lossy = region.semaphore("lossy", 1 << 20, SharedSemaphore.OnDeath.LOSE);
    this.record = region.seqLock("record", 16, _ -> repair(region.seqLock("record", 16).record()));
  }

  private static void repair(MemorySegment pair) {
    pair.set(JAVA_LONG, 8, pair.get(JAVA_LONG, 0));
  }

  private static void change(MemorySegment pair) {
    check(pair);
    pair.set(JAVA_LONG, 0, pair.get(JAVA_LONG, 0) + 1);
    Thread.onSpinWait();
    pair.set(JAVA_LONG, 8, pair.get(JAVA_LONG, 8) + 1);
  }

  private static void check(MemorySegment pair) {
    long first = pair.get(JAVA_LONG, 0);
    Thread.onSpinWait();
    long second = pair.get(JAVA_LONG, 8);
    if (first != second) {
      throw new AssertionError("unprotected data: " + first + " and " + second);
    }
  }

  /** Does one thing. */
  void one(RandomGenerator random) throws InterruptedException {
    switch (random.nextInt(OPERATIONS)) {
      case 0 -> underMutex();
      case 1 -> waitForChange();
      case 2 -> reading();
      case 3 -> writing();
      case 4 -> withPermit();
      case 5 -> withLossyPermit();
      default -> record(random.nextBoolean());
    }
  }

  private void underMutex() throws InterruptedException {
    if (mutex.tryLock(1, TimeUnit.HOURS)) {
      try {
        change(data);
        changed.signal();
      } finally {
        mutex.unlock();
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // any end of the wait will do
  private void waitForChange() throws InterruptedException {
    mutex.lock();
    try {
      check(data);
      boolean _ = changed.await(200, TimeUnit.MICROSECONDS);
      check(data);
    } finally {
      mutex.unlock();
    }
  }

  private void reading() {
    rwLock.readLock().lock();
    try {
      check(table);
    } finally {
      rwLock.readLock().unlock();
    }
  }

  private void writing() throws InterruptedException {
    rwLock.writeLock().lockInterruptibly();
    try {
      change(table);
    } finally {
      rwLock.writeLock().unlock();
    }
  }

  private void withPermit() throws InterruptedException {
    permits.acquire();
    permits.release();
  }

  private void withLossyPermit() throws InterruptedException {
    lossy.acquire(3);
    lossy.release(3);
  }

  private void record(boolean write) {
    if (write) {
      record.write(Deeds::change);
    } else {
      check(record.read());
    }
  }

  /** Checks at the end that nothing is stuck or lost. */
  void checkAtRest() throws InterruptedException {
    underMutex();
    waitForChange();
    reading();
    writing();
    record(true);
    record(false);
    permits.acquire(2);
    permits.release(2);
    if (permits.availablePermits() != 2) {
      throw new AssertionError("permits: " + permits.availablePermits());
    }
    int lost = (1 << 20) - lossy.availablePermits();
    if (lost < 0 || lost % 3 != 0) {
      throw new AssertionError("lost permits: " + lost + " in " + region);
    }
  }
}
