package io.pawl.examples.locks;

/** A condition variable. */
public interface Condvar {
  /**
   * Releases the mutex, waits until notified or for no reason, and acquires the mutex again.
   *
   * @param mutex the mutex, which the current thread holds
   */
  void await(Mutex mutex);

  /** Wakes one waiting thread. */
  void notifyOne();

  /** Wakes all waiting threads. */
  void notifyEveryone();
}
