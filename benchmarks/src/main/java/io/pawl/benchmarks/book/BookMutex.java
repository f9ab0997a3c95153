package io.pawl.benchmarks.book;

/** What the condition variables of the book need of a mutex. */
public interface BookMutex {
  /** Acquires the mutex. */
  void lock();

  /** Releases the mutex. */
  void unlock();
}
