package io.pawl.examples.locks;

/** A lock for several readers or one writer. */
public interface RwLock {
  /** Acquires the read lock. */
  void lockRead();

  /** Releases the read lock. */
  void unlockRead();

  /** Acquires the write lock. */
  void lockWrite();

  /** Releases the write lock. */
  void unlockWrite();
}
