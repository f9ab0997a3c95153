package io.pawl.examples.locks;

/** What the {@linkplain Condvar condition variables} of this package need of a mutex. */
public interface Mutex {
  /** Acquires the mutex. */
  void lock();

  /** Releases the mutex. */
  void unlock();
}
