package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.locks.Lock;
import io.pawl.locks.StampedLock;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** A StampedLock, its conversions and its views. */
final class StampedArena implements Arena {

  private final StampedLock lock = new StampedLock();
  private final Lock readView = lock.asReadLock();
  private final Lock writeView = lock.asReadWriteLock().writeLock();
  private final LongAdder writes = new LongAdder();
  private volatile long x;
  private volatile long y;

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    switch (random.nextInt(12)) {
      case 0 -> write(lock.writeLock());
      case 1 -> write(lock.writeLockInterruptibly());
      case 2 -> write(lock.tryWriteLock());
      case 3 -> write(lock.tryWriteLock(Arena.nanos(random), NANOSECONDS));
      case 4 -> read(lock.readLockInterruptibly());
      case 5 -> read(lock.tryReadLock(Arena.nanos(random), NANOSECONDS));
      case 6 -> upgrade(lock.readLock());
      case 7 -> view(readView, random);
      case 8 -> view(writeView, random);
      case 9 -> read(lock.readLock());
      default -> readOptimistically();
    }
  }

  private void write(long stamp) {
    if (stamp == 0) {
      return;
    }
    long held = stamp;
    try {
      add();
      held = lock.tryConvertToReadLock(stamp);
      Arena.require(held != 0, "a writer can become a reader");
      Arena.require(x == y, "no writer is inside");
    } finally {
      lock.unlock(held);
    }
  }

  private void read(long stamp) {
    if (stamp == 0) {
      return;
    }
    try {
      Arena.require(x == y, "no writer is inside");
      Arena.require(lock.validate(stamp), "a held stamp is valid");
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private void upgrade(long stamp) {
    long held = stamp;
    try {
      long converted = lock.tryConvertToWriteLock(stamp);
      if (converted != 0) {
        held = converted;
        add();
      }
    } finally {
      lock.unlock(held);
    }
  }

  private void view(Lock view, SplittableRandom random) throws InterruptedException {
    if (!view.tryLock(Arena.nanos(random), NANOSECONDS)) {
      return;
    }
    try {
      if (view == writeView) {
        add();
      } else {
        Arena.require(x == y, "no writer is inside");
      }
    } finally {
      view.unlock();
    }
  }

  private void readOptimistically() {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      long seenX = x;
      long seenY = y;
      Arena.require(!lock.validate(stamp) || seenX == seenY, "a valid read is of one moment");
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // guarded by the lock, which is what is tested
  private void add() {
    Arena.require(x == y, "nobody else is inside");
    x++;
    y++;
    writes.increment();
  }

  @Override
  public void check() {
    Arena.require(x == y && x == writes.sum(), "all writes are there");
    Arena.require(!lock.isWriteLocked() && !lock.isReadLocked(), "the lock is free");
  }

  @Override
  public String toString() {
    return lock.toString();
  }
}
