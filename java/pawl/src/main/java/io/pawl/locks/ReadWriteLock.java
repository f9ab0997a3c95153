package io.pawl.locks;

/**
 * A {@link java.util.concurrent.locks.ReadWriteLock} whose locks have the type {@link Lock} of this
 * package, so that a program can replace the imports of both together. It adds nothing else, and
 * all read-write locks of this package implement it.
 */
public interface ReadWriteLock extends java.util.concurrent.locks.ReadWriteLock {

  /**
   * The lock for reading.
   *
   * @return the same object each time
   */
  @Override
  Lock readLock();

  /**
   * The lock for writing.
   *
   * @return the same object each time
   */
  @Override
  Lock writeLock();
}
