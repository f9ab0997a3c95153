package io.pawl.locks;

/** The exclusive locks, for tests that are run with each of them. */
enum Locks {
  MUTEX,
  WRITE_LOCK;

  Exclusive make() {
    return this == MUTEX ? Exclusive.mutex() : Exclusive.writeLock();
  }
}
