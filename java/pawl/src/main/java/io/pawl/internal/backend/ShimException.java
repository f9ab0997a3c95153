package io.pawl.internal.backend;

import org.jspecify.annotations.Nullable;

/** Says why the shim could not be loaded, and what to do. */
final class ShimException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the failure means for the next step. */
  enum Kind {
    /** The JVM denies native access, to this and to every other backend. */
    DENIED,
    /** The bundled file could not be written or mapped; it may load from memory. */
    UNWRITABLE,
    /** No shim will do, for this platform or in this class loader. */
    UNUSABLE,
    /** The file that the user named will not do, and nothing may stand in for it. */
    REFUSED
  }

  private final Kind kind;

  ShimException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  String reason() {
    String message = getMessage();
    return message != null ? message : kind.name();
  }
}
