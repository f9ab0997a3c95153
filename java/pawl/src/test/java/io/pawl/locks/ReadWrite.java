package io.pawl.locks;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * A read-write lock with what tests ask it beside the methods of the interface.
 *
 * @param lock the lock
 * @param queued how many threads wait for either
 * @param readers how many read locks are held
 * @param isWriteLocked whether the write lock is held
 * @param isWriteLockedByCurrentThread whether the current thread holds the write lock
 * @param downgrade makes the writer, the current thread, a reader
 */
record ReadWrite(
    ReadWriteLock lock,
    IntSupplier queued,
    IntSupplier readers,
    BooleanSupplier isWriteLocked,
    BooleanSupplier isWriteLockedByCurrentThread,
    Runnable downgrade) {

  Lock read() {
    return lock.readLock();
  }

  Lock write() {
    return lock.writeLock();
  }

  static ReadWrite rwLock(RwLock lock) {
    return rwLock(lock, lock);
  }

  static ReadWrite eagerRwLock(RwLock lock) {
    return rwLock(lock, new EagerSlots(lock));
  }

  private static ReadWrite rwLock(RwLock lock, ReadWriteLock view) {
    return new ReadWrite(
        view,
        lock::getQueueLength,
        lock::getReadLockCount,
        lock::isWriteLocked,
        lock::isWriteLockedByCurrentThread,
        lock.writeLock()::downgrade);
  }

  @SuppressWarnings("LockNotBeforeTry") // the lock outlives the call
  static ReadWrite reentrant(ReentrantReadWriteLock lock) {
    return new ReadWrite(
        lock,
        lock::getQueueLength,
        lock::getReadLockCount,
        lock::isWriteLocked,
        lock::isWriteLockedByCurrentThread,
        () -> {
          lock.readLock().lock();
          lock.writeLock().unlock();
        });
  }
}
