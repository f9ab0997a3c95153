package io.pawl.channel;

import java.io.Serial;

/** Thrown by an operation that cannot succeed since the other side has been closed. */
public final class ChannelClosedException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  ChannelClosedException(String message) {
    super(message);
  }
}
