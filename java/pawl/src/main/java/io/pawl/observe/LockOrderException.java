package io.pawl.observe;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a thread was about to take a lock against the order in which locks of these classes
 * have been taken so far, see {@link LockOrder}.
 *
 * <p>Its stack is that of the thread. Its cause has the stack of the thread that took the locks in
 * the other order, or that took the first two of three or more that make a circle; then the cause
 * of that has the stack for the next two, and so on.
 */
public final class LockOrderException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  /**
   * Constructs an exception.
   *
   * @param message which locks, and which thread
   * @param cause the other order
   */
  public LockOrderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
