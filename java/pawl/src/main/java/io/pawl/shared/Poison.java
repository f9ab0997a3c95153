package io.pawl.shared;

import org.jspecify.annotations.Nullable;

/** What becomes of a lock that bears the mark of a death. */
final class Poison {
  private Poison() {}

  /**
   * Has the data repaired by the thread that holds the lock.
   *
   * @param recovery the repair, or null if there is none
   * @throws OwnerDiedException if the data is not repaired; the thread still holds the lock
   */
  static void remove(MutexCore core, @Nullable Recovery recovery) {
    LockOwner owner = core.deadOwner();
    if (recovery == null) {
      throw new OwnerDiedException(
          message(core, owner)
              + "; repair the data with lockForced() and clearPoison(), or give the lock a"
              + " Recovery",
          owner,
          null);
    }
    try {
      recovery.repair(owner);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new OwnerDiedException(
          message(core, owner) + ", and the recovery failed: " + e, owner, e);
    }
    core.clearOrphan();
  }

  private static String message(MutexCore core, LockOwner owner) {
    return "The owner of " + core.name() + " died while it held the lock: " + owner;
  }
}
