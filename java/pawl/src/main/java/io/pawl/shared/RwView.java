package io.pawl.shared;

import io.pawl.internal.park.Deadlines;
import io.pawl.locks.Condition;
import io.pawl.locks.Lock;
import io.pawl.shared.SharedWord.Outcome;

/**
 * What both locks of a {@link SharedRwLock} have in common: how they get from an outcome to a
 * result.
 */
abstract sealed class RwView implements Lock permits SharedRwLock.ReadLock, SharedRwLock.WriteLock {
  final RwCore core;

  RwView(RwCore core) {
    this.core = core;
  }

  /** Goes on with the mutex held. */
  abstract Outcome proceed(Outcome acquired, boolean interruptible, long deadline);

  final void lockSlowly() {
    Outcome acquired = core.mutex().lock(this) ? Outcome.ORPHANED : Outcome.ACQUIRED;
    try {
      Outcome _ = proceed(acquired, false, Deadlines.FOREVER);
    } catch (InternalError e) {
      throw core.mutex().lost(e);
    }
  }

  final boolean lockSlowly(long deadline) throws InterruptedException {
    Outcome outcome = core.mutex().lock(this, deadline);
    if (MutexCore.isHeld(outcome)) {
      try {
        outcome = proceed(outcome, true, deadline);
      } catch (InternalError e) {
        throw core.mutex().lost(e);
      }
    }
    if (outcome == Outcome.INTERRUPTED) {
      boolean _ = Thread.interrupted();
      throw new InterruptedException();
    }
    return MutexCore.isHeld(outcome);
  }

  final boolean tryLockSlowly() {
    Outcome outcome = core.mutex().tryLock();
    if (!MutexCore.isHeld(outcome)) {
      return false;
    }
    try {
      return MutexCore.isHeld(proceed(outcome, false, Deadlines.after(0)));
    } catch (InternalError e) {
      throw core.mutex().lost(e);
    }
  }

  /**
   * Refuses.
   *
   * @return never
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("A shared read-write lock has no conditions");
  }
}
