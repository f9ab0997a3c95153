package io.pawl.locks;

/**
 * A {@link java.util.concurrent.locks.Lock} whose conditions have the type {@link Condition} of
 * this package, so that a program can replace the imports of both together. It adds nothing else,
 * and all locks of this package implement it.
 */
public interface Lock extends java.util.concurrent.locks.Lock {

  /**
   * Makes a condition of this lock.
   *
   * @return a new condition
   * @throws UnsupportedOperationException if the lock has no conditions
   */
  @Override
  Condition newCondition();
}
