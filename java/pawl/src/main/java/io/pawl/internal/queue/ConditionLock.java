package io.pawl.internal.queue;

/** What a condition needs of the lock that it belongs to. */
public interface ConditionLock {

  /**
   * Whether the current thread holds the lock.
   *
   * @return true if it does
   */
  boolean isHeldByCurrentThread();

  /**
   * Releases the lock, however often the current thread holds it.
   *
   * @return how it was held, to be given to {@link #reacquired}
   */
  long releaseFully();

  /**
   * Makes the current thread the owner of the lock that its waiter has acquired.
   *
   * @param holds what {@link #releaseFully} returned
   */
  void reacquired(long holds);

  /** Acquires the lock once, without timeout or interruption. */
  void acquire();

  /**
   * The queue of the lock.
   *
   * @return the queue to which signalled waiters are moved
   */
  RequeueTarget queue();

  /**
   * The lock itself, as shown in thread dumps.
   *
   * @return the lock
   */
  Object blocker();
}
