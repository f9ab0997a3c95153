package io.pawl.stress.soak;

import io.pawl.locks.Condition;
import io.pawl.locks.ReentrantLock;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bounded store, which some threads only fill and others only empty, waiting without limit: a
 * signal that is lost stops them.
 */
final class ItemsArena implements Arena {

  private static final int CAPACITY = 3;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final LongAdder put = new LongAdder();
  private final LongAdder taken = new LongAdder();
  private int items;
  private boolean closed;

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    boolean uninterruptibly = random.nextInt(4) == 0;
    lock.lock();
    try {
      if (thread % 4 < 2) {
        while (items == CAPACITY && !closed) {
          await(notFull, uninterruptibly);
        }
        if (items < CAPACITY) {
          items++;
          put.increment();
          notEmpty.signal();
        }
      } else {
        while (items == 0 && !closed) {
          await(notEmpty, uninterruptibly);
        }
        if (items > 0) {
          items--;
          taken.increment();
          notFull.signal();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private static void await(Condition condition, boolean uninterruptibly)
      throws InterruptedException {
    if (uninterruptibly) {
      condition.awaitUninterruptibly();
    } else {
      condition.await();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void check() {
    Arena.require(put.sum() - taken.sum() == items, "every item put is taken or here");
    Arena.require(!lock.isLocked() && !lock.hasQueuedThreads(), "the lock is free");
  }

  @Override
  public String toString() {
    return "items " + items + " " + lock;
  }
}
