package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.locks.Condition;
import io.pawl.locks.ReentrantLock;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** A ReentrantLock with a condition. */
final class LockArena implements Arena {

  private final ReentrantLock lock;
  private final Condition changed;
  private final LongAdder writes = new LongAdder();
  private long x;
  private long y;

  LockArena(boolean fair) {
    lock = new ReentrantLock(fair);
    changed = lock.newCondition();
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // any return will do
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    switch (random.nextInt(8)) {
      case 0 -> {
        if (!lock.tryLock()) {
          return;
        }
      }
      case 1 -> {
        if (!lock.tryLock(Arena.nanos(random), NANOSECONDS)) {
          return;
        }
      }
      case 2 -> lock.lockInterruptibly();
      default -> lock.lock();
    }
    int holds = 1;
    try {
      for (; random.nextInt(4) == 0; holds++) {
        lock.lock();
      }
      write();
      switch (random.nextInt(8)) {
        case 0 -> {
          boolean _ = changed.await(Arena.nanos(random), NANOSECONDS);
        }
        case 1 -> {
          long _ = changed.awaitNanos(Arena.nanos(random));
        }
        case 2 -> changed.signal();
        case 3 -> changed.signalAll();
        default -> {}
      }
      Arena.require(lock.getHoldCount() == holds, "the lock is held as often as it was");
      write();
    } finally {
      for (int i = 0; i < holds; i++) {
        lock.unlock();
      }
    }
    Arena.require(!lock.isHeldByCurrentThread(), "the lock is given back");
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
    Arena.require(!lock.isLocked() && !lock.hasQueuedThreads(), "the lock is free");
    lock.lock();
    try {
      Arena.require(!lock.hasWaiters(changed), "nobody waits for the condition");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return lock + ", fair: " + lock.isFair();
  }
}
