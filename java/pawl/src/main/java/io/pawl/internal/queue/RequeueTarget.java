package io.pawl.internal.queue;

/** The queue of a lock, to which the waiters of a condition are moved when they are signalled. */
public interface RequeueTarget {

  /**
   * Lists a waiter of another thread, which the caller has just taken from {@link Waiter#CONDITION}
   * to {@link Waiter#WAITING}.
   *
   * @param waiter not linked anywhere
   */
  void adopt(Waiter waiter);

  /**
   * Waits, without timeout or interruption, until the lock is acquired exclusively by a waiter that
   * has been {@linkplain #adopt adopted}.
   *
   * @param waiter the current thread's
   * @param blocker what thread dumps show
   */
  void acquireAdopted(Waiter waiter, Object blocker);
}
