package io.pawl.shared;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Random operations of one thread on everything that a region can hold, with data that has a
 * checksum: whoever finds it wrong has met a section of another, or what a dead owner has left and
 * nobody repaired. {@code storm.c} does the same.
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
    this.data = region.data("data", Block.BYTES);
    this.table = region.data("table", Block.BYTES);
    this.mutex = region.mutex("mutex", _ -> Block.repair(data));
    this.changed = region.condvar("changed", mutex);
    this.rwLock = region.rwLock("rw", _ -> Block.repair(table));
    this.permits = region.semaphore("permits", 2);
    this.lossy = region.semaphore("lossy", 1 << 20, SharedSemaphore.OnDeath.LOSE);
    this.record = region.seqLock("record", Block.BYTES, _ -> Block.repair(record(region).record()));
  }

  private static SharedSeqLock record(SharedRegion region) {
    return region.seqLock("record", Block.BYTES);
  }

  /** Does one thing. */
  void one(RandomGenerator random) throws InterruptedException {
    switch (random.nextInt(OPERATIONS)) {
      case 0 -> underMutex(random);
      case 1 -> waitForChange();
      case 2 -> reading();
      case 3 -> writing(random);
      case 4 -> withPermit();
      case 5 -> withLossyPermit();
      default -> record(random, random.nextBoolean());
    }
  }

  private void underMutex(RandomGenerator random) throws InterruptedException {
    if (mutex.tryLock(1, TimeUnit.HOURS)) {
      try {
        Block.change(data, random);
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
      Block.check(data);
      boolean _ = changed.await(200, TimeUnit.MICROSECONDS);
      Block.check(data);
    } finally {
      mutex.unlock();
    }
  }

  private void reading() {
    rwLock.readLock().lock();
    try {
      Block.check(table);
    } finally {
      rwLock.readLock().unlock();
    }
  }

  private void writing(RandomGenerator random) throws InterruptedException {
    rwLock.writeLock().lockInterruptibly();
    try {
      Block.change(table, random);
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

  private void record(RandomGenerator random, boolean write) {
    if (write) {
      record.write(block -> Block.change(block, random));
    } else {
      Block.check(record.read());
    }
  }

  /** Checks at the end that nothing is stuck or lost. */
  void checkAtRest() throws InterruptedException {
    RandomGenerator random = new SplittableRandom();
    underMutex(random);
    waitForChange();
    reading();
    writing(random);
    record(random, true);
    record(random, false);
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
