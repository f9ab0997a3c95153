package io.pawl.stress.delay;

import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.StampedLock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/**
 * A lock to be tried.
 *
 * @param lock excludes all others
 * @param other excludes {@code lock}; may be the same
 * @param changed a condition of {@code lock}
 * @param free whether nobody holds the lock in any mode
 * @param it for diagnosis
 */
record Subject(Lock lock, Lock other, Wait changed, BooleanSupplier free, Object it) {

  /** A condition, of which the stamped lock has none. */
  interface Wait {
    void await() throws InterruptedException;

    default void signalAll() {}
  }

  /** How many kinds there are. */
  static final int KINDS = 7;

  /** Makes a lock of a kind. */
  static Subject of(int kind) {
    return switch (kind) {
      case 0 -> {
        Mutex lock = new Mutex();
        yield new Subject(lock, lock, wait(lock.newCondition()), () -> !lock.isLocked(), lock);
      }
      case 1, 2 -> {
        ReentrantLock lock = new ReentrantLock(kind == 2);
        yield new Subject(lock, lock, wait(lock.newCondition()), () -> !lock.isLocked(), lock);
      }
      case 3, 4 -> {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock(kind == 4);
        yield new Subject(
            lock.writeLock(),
            lock.readLock(),
            wait(lock.writeLock().newCondition()),
            () -> !lock.isWriteLocked() && lock.getReadLockCount() == 0,
            lock);
      }
      case 5 -> {
        RwLock lock = new RwLock();
        yield new Subject(
            lock.writeLock(),
            lock.readLock(),
            wait(lock.writeLock().newCondition()),
            () -> !lock.isWriteLocked() && lock.getReadLockCount() == 0,
            lock);
      }
      default -> {
        StampedLock lock = new StampedLock();
        Lock writing = lock.asWriteLock();
        yield new Subject(
            writing,
            lock.asReadLock(),
            passing(writing),
            () -> !lock.isWriteLocked() && !lock.isReadLocked(),
            lock);
      }
    };
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private static Wait wait(Condition condition) {
    return new Wait() {
      @Override
      public void await() throws InterruptedException {
        condition.await();
      }

      @Override
      public void signalAll() {
        condition.signalAll();
      }
    };
  }

  /** Lets the others pass instead of waiting for them. */
  private static Wait passing(Lock lock) {
    return () -> {
      lock.unlock();
      Thread.onSpinWait();
      lock.lock();
    };
  }
}
