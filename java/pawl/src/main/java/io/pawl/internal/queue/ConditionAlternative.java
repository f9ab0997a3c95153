package io.pawl.internal.queue;

import java.util.concurrent.locks.Lock;

/** What a condition of a lock announces, as one of several things to wait for. */
public abstract class ConditionAlternative extends Alternative {

  /*
   * A record in the list of the condition. A signal takes it out and wakes its thread, instead of
   * moving it to the queue of the lock: a thread that is woken there must take the lock for the others' sake,
   * and one that waits for the locks of two channels at a time could be waited for by another in both.
   *
   *           enlist              signal              retry
   *   idle -----------> CONDITION --------> NOTIFIED ---------> taken
   *                      |    ^                |  |
   *                      |    +--- in vain ----+  +--- withdraw: signals the next
   *                      +--- withdraw
   *
   * The lock guards it all, and is held by others for a few steps only. A signal that is passed on may find
   * that there is nothing: who gets it looks, and waits again.
   */

  private final Lock lock;
  private final ConditionQueue queue;

  /**
   * Constructs an alternative.
   *
   * @param lock the lock, whose holders never wait for anything while they hold it
   * @param queue the condition
   */
  protected ConditionAlternative(Lock lock, ConditionQueue queue) {
    this.lock = lock;
    this.queue = queue;
  }

  /**
   * Takes it if it can be had now, with the lock held.
   *
   * @return whether it has been taken
   */
  protected abstract boolean takeHeld();

  @Override
  protected final boolean tryTake() {
    lock.lock();
    try {
      return takeHeld();
    } finally {
      lock.unlock();
    }
  }

  @Override
  final boolean enlist(Waiter w) {
    lock.lock();
    try {
      if (takeHeld()) {
        return true;
      }
      queue.enlist(w);
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  final boolean retry(Waiter w) {
    return enlist(w);
  }

  @Override
  final void withdraw(Waiter w, boolean taken) {
    if (!taken && w.status() != Waiter.IDLE) {
      queue.withdraw(w);
    }
  }
}
