package io.pawl.shared;

/**
 * Repairs the data of a lock whose owner died while it held the lock.
 *
 * <p>The next thread that acquires the lock, in whichever process, runs it with the lock held,
 * before its own section. The data may be half changed; everything that the dead owner did in its
 * section before it died is visible. If the repair returns, the thread holds the lock as if nothing
 * had happened; if it throws, the lock is released and keeps its mark, and the next thread tries
 * again. A process that dies in the repair leaves it to the next as well, so a repair is such that
 * it can be begun again.
 */
@FunctionalInterface
public interface Recovery {

  /**
   * Does nothing, for data that no owner can leave half changed. {@code lock()} then never throws
   * {@link OwnerDiedException}.
   */
  Recovery NONE = _ -> {};

  /**
   * Repairs the data.
   *
   * @param owner what is known of the owner that died
   * @throws Exception if the data cannot be repaired; it becomes the cause of an {@link
   *     OwnerDiedException}
   */
  void repair(LockOwner owner) throws Exception;
}
