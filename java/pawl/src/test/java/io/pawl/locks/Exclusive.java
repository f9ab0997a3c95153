package io.pawl.locks;

import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * An exclusive lock with what tests ask it beside the methods of {@link Lock}.
 *
 * @param lock the lock
 * @param queued how many threads wait for it
 * @param isLocked whether it is held
 * @param isHeldByCurrentThread whether the current thread holds it
 */
public record Exclusive(
    Lock lock,
    IntSupplier queued,
    BooleanSupplier isLocked,
    BooleanSupplier isHeldByCurrentThread) {

  static Exclusive mutex() {
    return mutex(new Mutex());
  }

  static Exclusive mutex(Mutex mutex) {
    return new Exclusive(
        mutex, mutex::getQueueLength, mutex::isLocked, mutex::isHeldByCurrentThread);
  }

  static Exclusive fairMutex() {
    FairMutex mutex = new FairMutex();
    return new Exclusive(
        mutex, mutex::getQueueLength, mutex::isLocked, mutex::isHeldByCurrentThread);
  }

  /** Nobody is ever queued for a spin lock. */
  static Exclusive spinLock(SpinLock lock) {
    return new Exclusive(lock, () -> 0, lock::isLocked, lock::isHeldByCurrentThread);
  }

  static Exclusive seqWriteLock() {
    SeqLock seqLock = new SeqLock();
    SeqLock.WriteLock lock = seqLock.writeLock();
    return new Exclusive(
        lock, seqLock::getQueueLength, seqLock::isWriteLocked, lock::isHeldByCurrentThread);
  }

  static Exclusive reentrantLock(boolean fair) {
    return reentrantLock(new ReentrantLock(fair));
  }

  static Exclusive reentrantLock(ReentrantLock lock) {
    return new Exclusive(lock, lock::getQueueLength, lock::isLocked, lock::isHeldByCurrentThread);
  }

  /** Exclusive as long as nobody else reads. */
  static Exclusive upgradableReadLock() {
    UpgradableReadLock lock = new RwLock().upgradableReadLock();
    return new Exclusive(lock, lock::queueLength, lock::isLocked, lock::isHeldByCurrentThread);
  }

  /** The lock of one key. */
  static Exclusive keyedLock(boolean fair) {
    KeyedLock<String> locks = new KeyedLock<>(fair);
    String key = "key";
    return new Exclusive(
        locks.get(key),
        () ->
            switch (locks.mutex(key)) {
              case Mutex mutex -> mutex.getQueueLength();
              case FairMutex mutex -> mutex.getQueueLength();
              case null, default -> 0;
            },
        () ->
            switch (locks.mutex(key)) {
              case Mutex mutex -> mutex.isLocked();
              case FairMutex mutex -> mutex.isLocked();
              case null, default -> false;
            },
        () -> locks.isHeldByCurrentThread(key));
  }

  static Exclusive writeLock() {
    RwLock rwLock = new RwLock();
    RwLock.WriteLock lock = rwLock.writeLock();
    return new Exclusive(
        lock, rwLock::getQueueLength, rwLock::isWriteLocked, lock::isHeldByCurrentThread);
  }

  static Exclusive reentrantWriteLock(boolean fair) {
    return reentrantWriteLock(new ReentrantReadWriteLock(fair));
  }

  static Exclusive reentrantWriteLock(ReentrantReadWriteLock rwLock) {
    ReentrantReadWriteLock.WriteLock lock = rwLock.writeLock();
    return new Exclusive(
        lock, rwLock::getQueueLength, rwLock::isWriteLocked, lock::isHeldByCurrentThread);
  }
}
