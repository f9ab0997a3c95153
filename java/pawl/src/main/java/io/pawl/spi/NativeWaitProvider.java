package io.pawl.spi;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes one kind of {@link NativeWait}. Pawl knows its own providers; others are found through
 * {@link java.util.ServiceLoader} and are asked after them, or first when the system property
 * {@code pawl.backend} holds their name.
 */
public interface NativeWaitProvider {

  /**
   * The name by which {@code -Dpawl.backend=} chooses this provider.
   *
   * @return a short lower-case word
   */
  String name();

  /**
   * Links the backend. Called at most once, from a thread that may take its time.
   *
   * @param shim the path from which the shim has been loaded into this process and can be opened
   *     again, or null when there is none
   * @return the linked backend, checked to work
   * @throws UnavailableException if this backend cannot be used here; its message says why and,
   *     where something can be done, what
   */
  NativeWait open(@Nullable Path shim) throws UnavailableException;

  /** Says why a backend cannot be used. */
  final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Constructs the exception.
     *
     * @param message why, and what to do about it
     * @param cause what was thrown, or null
     */
    public UnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
