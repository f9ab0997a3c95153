package io.pawl.platform;

import java.io.Serial;

/**
 * Thrown instead of acquiring a lock whose owner ended while it held it: what the lock guards may
 * be half changed. The current thread does <em>not</em> hold the lock. Every attempt is told; in
 * case of a {@link PiMutex} until a thread that has acquired it by {@link PiMutex#lockForced()}
 * calls {@link PiMutex#clearPoison()}, in case of an {@link OsMutex} for ever.
 */
public final class OwnerEndedException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  OwnerEndedException(String message) {
    super(message);
  }
}
