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
   * How the current thread holds the lock.
   *
   * @return what {@link #reacquired} needs to know
   */
  long heldAs();

  /**
   * Releases the lock, however often the current thread holds it. If this throws something, the
   * lock is held as before, or not at all.
   */
  void releaseFully();

  /**
   * Makes the current thread the owner of the lock that its waiter has acquired.
   *
   * @param holds what {@link #heldAs} returned before it was released
   */
  void reacquired(long holds);

  /** Acquires the lock once, without timeout or interruption. */
  void acquire();

  /**
   * Acquires the lock once if it is free, whoever waits.
   *
   * @return whether it did
   */
  boolean tryAcquire();

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
