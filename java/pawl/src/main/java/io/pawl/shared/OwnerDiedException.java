package io.pawl.shared;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Thrown instead of acquiring a shared lock whose owner died while it held it: the data that the
 * lock guards may be half changed. The thread does <em>not</em> hold the lock, except where a wait
 * of a {@link SharedCondvar} throws this.
 *
 * <p>Every attempt is told, in all processes, until the data has been repaired: by a {@link
 * Recovery}, or by a thread that acquires the lock with {@code lockForced} and calls {@code
 * clearPoison}.
 */
public final class OwnerDiedException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable LockOwner owner;

  OwnerDiedException(String message, LockOwner owner, @Nullable Throwable cause) {
    super(message, cause);
    this.owner = owner;
  }

  /**
   * What is known of the owner that died.
   *
   * @return the owner; null after deserialization
   */
  public @Nullable LockOwner owner() {
    return owner;
  }
}
