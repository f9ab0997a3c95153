package io.pawl.locks;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link Guarded} and {@link RwGuarded} instead of giving access to data that a holder
 * may have left half changed.
 *
 * <p>The {@linkplain #getCause() cause} is what was thrown while the data was held, or, for a guard
 * that was closed before it was told that the data is in order, an exception that shows where.
 */
public final class PoisonedException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  PoisonedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
