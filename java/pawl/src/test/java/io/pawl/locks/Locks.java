package io.pawl.locks;

/** The exclusive locks, for tests that are run with each of them. */
enum Locks {
  MUTEX,
  FAIR_MUTEX,
  WRITE_LOCK,
  REENTRANT_LOCK,
  FAIR_REENTRANT_LOCK,
  REENTRANT_WRITE_LOCK,
  FAIR_REENTRANT_WRITE_LOCK;

  Exclusive make() {
    return switch (this) {
      case MUTEX -> Exclusive.mutex();
      case FAIR_MUTEX -> Exclusive.fairMutex();
      case WRITE_LOCK -> Exclusive.writeLock();
      case REENTRANT_LOCK -> Exclusive.reentrantLock(false);
      case FAIR_REENTRANT_LOCK -> Exclusive.reentrantLock(true);
      case REENTRANT_WRITE_LOCK -> Exclusive.reentrantWriteLock(false);
      case FAIR_REENTRANT_WRITE_LOCK -> Exclusive.reentrantWriteLock(true);
    };
  }
}
