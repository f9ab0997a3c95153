package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.locks.Condition;
import io.pawl.locks.Lock;
import io.pawl.locks.ReentrantReadWriteLock;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** A ReentrantReadWriteLock with a condition. */
final class ReadWriteArena implements Arena {

  private final ReentrantReadWriteLock lock;
  private final Lock reading;
  private final Lock writing;
  private final Condition changed;
  private final LongAdder writes = new LongAdder();
  private long x;
  private long y;

  ReadWriteArena(boolean fair) {
    lock = new ReentrantReadWriteLock(fair);
    reading = lock.readLock();
    writing = lock.writeLock();
    changed = writing.newCondition();
  }

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    Lock mode = random.nextInt(4) == 0 ? writing : reading;
    switch (random.nextInt(8)) {
      case 0 -> {
        if (!mode.tryLock()) {
          return;
        }
      }
      case 1 -> {
        if (!mode.tryLock(Arena.nanos(random), NANOSECONDS)) {
          return;
        }
      }
      case 2 -> mode.lockInterruptibly();
      default -> mode.lock();
    }
    if (mode == reading) {
      readAndUnlock(random);
    } else {
      writeAndUnlock(random);
    }
    Arena.require(lock.getReadHoldCount() == 0, "the read lock is given back");
    Arena.require(lock.getWriteHoldCount() == 0, "the write lock is given back");
  }

  private void readAndUnlock(SplittableRandom random) {
    int holds = 1;
    try {
      if (random.nextInt(4) == 0 && reading.tryLock()) {
        holds++;
      }
      Arena.require(x == y, "no writer is inside");
      Arena.require(!writing.tryLock(), "a reader cannot become a writer");
      Arena.require(lock.getReadHoldCount() == holds, "the read lock is held as often as it was");
    } finally {
      for (int i = 0; i < holds; i++) {
        reading.unlock();
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // any return will do
  private void writeAndUnlock(SplittableRandom random) throws InterruptedException {
    boolean downgrades = random.nextInt(4) == 0;
    try {
      write();
      switch (random.nextInt(8)) {
        case 0 -> {
          boolean _ = changed.await(Arena.nanos(random), NANOSECONDS);
        }
        case 1 -> changed.signal();
        case 2 -> changed.signalAll();
        default -> {}
      }
      write();
      if (downgrades) {
        reading.lock();
      }
    } catch (InterruptedException e) {
      downgrades = false;
      throw e;
    } finally {
      writing.unlock();
    }
    if (downgrades) {
      readAndUnlock(random);
    }
  }

  private void write() {
    Arena.require(x == y, "nobody else is inside");
    x++;
    y++;
    writes.increment();
  }

  @Override
  public void check() {
    Arena.require(x == y && x == writes.sum(), "all writes are there");
    Arena.require(lock.getReadLockCount() == 0 && !lock.isWriteLocked(), "the lock is free");
    Arena.require(!lock.hasQueuedThreads(), "nobody waits for the lock");
  }

  @Override
  public String toString() {
    return lock + ", fair: " + lock.isFair();
  }
}
