package io.pawl.internal.backend;

import org.jspecify.annotations.Nullable;

/** Says why the shim could not be loaded, and what to do. */
final class ShimException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the failure means for the next step. */
  enum Kind {
    /** The JVM denies native access, to this and to every other backend. */
    DENIED,
    /** A file could not be read, written or mapped; it may load from memory, or another time. */
    HINDERED,
    /** No shim will do, for this platform or in this class loader. */
    UNUSABLE,
    /** The file that the user named will not do, and nothing may stand in for it. */
    REFUSED
  }

  private final Kind kind;
  private final String reason;
  private final String remedy;

  ShimException(Kind kind, String reason, @Nullable Throwable cause) {
    this(kind, reason, "", cause);
  }

  ShimException(Kind kind, String reason, String remedy, @Nullable Throwable cause) {
    super(reason, cause);
    this.kind = kind;
    this.reason = reason;
    this.remedy = remedy;
  }

  Kind kind() {
    return kind;
  }

  /** Why. */
  String reason() {
    return reason;
  }

  /** Why, and what can be done about it. */
  String advice() {
    return reason.concat(remedy);
  }

  /** Adds that another way has failed too. */
  ShimException and(ShimException other) {
    String both = reason.concat("; ").concat(other.reason);
    return new ShimException(other.kind, both, remedy.concat(other.remedy), other);
  }
}
