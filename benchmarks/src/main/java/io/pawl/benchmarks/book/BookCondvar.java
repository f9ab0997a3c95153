package io.pawl.benchmarks.book;

/** A condition variable of the book. */
public interface BookCondvar {
  /** Releases the mutex, waits until notified or for no reason, and acquires the mutex again. */
  void await(BookMutex mutex);

  /** Wakes one waiting thread. */
  void notifyOne();

  /** Wakes all waiting threads. */
  void notifyEveryone();
}
