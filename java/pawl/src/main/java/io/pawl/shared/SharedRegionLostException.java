package io.pawl.shared;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a region that is attached can't be used any more: its file has been truncated, its
 * device failed, or something in it has been overwritten. Locks of it that this process held are
 * held no longer in any meaning; locks of other regions are not affected.
 *
 * <p>The remedy is to close the region, find out who changed the file, and create another one.
 */
public final class SharedRegionLostException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  SharedRegionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
