package io.pawl.shared;

import org.jspecify.annotations.Nullable;

/** What an entry of the directory names. */
enum Kind {
  MUTEX(1, "mutex"),
  RW_LOCK(2, "read-write lock"),
  SEMAPHORE(3, "semaphore"),
  CONDVAR(4, "condition"),
  SEQ_LOCK(5, "sequence lock"),
  DATA(6, "piece of data");

  private final int code;
  private final String words;

  Kind(int code, String words) {
    this.code = code;
    this.words = words;
  }

  int code() {
    return code;
  }

  /**
   * How many bytes one takes.
   *
   * @param slots how many slots the region has
   * @param parameter the size of a record or of data, else ignored
   */
  long size(int slots, int parameter) {
    return switch (this) {
      case MUTEX -> Layout.MUTEX_BYTES;
      case RW_LOCK, SEMAPHORE -> Layout.PER_SLOT + (long) slots * Layout.SLOT_LINE;
      case CONDVAR -> Layout.CONDVAR_HEAD + Layout.align((long) slots * Long.BYTES);
      case SEQ_LOCK -> Layout.SEQ_RECORD + Layout.align(parameter);
      case DATA -> Layout.align(parameter);
    };
  }

  /** The kind of an entry, or null if this version knows none. */
  static @Nullable Kind of(int code) {
    for (Kind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }

  /** The kind of an entry in words; a number if this version knows none. */
  static String describe(int code) {
    Kind kind = of(code);
    return kind == null ? "thing of kind " + code : kind.words;
  }

  @Override
  public String toString() {
    return words;
  }
}
