package io.pawl.memory;

import org.jspecify.annotations.Nullable;

/** What has been thrown by steps of which each has to be tried, to be thrown when all have been. */
final class Failures {

  private @Nullable Throwable first;

  /** Notes what has been thrown, by code that declares no checked exception. */
  void add(Throwable failure) {
    Throwable before = first;
    if (before == null) {
      first = failure;
    } else if (before != failure) {
      suppress(before, failure);
    }
  }

  private static void suppress(Throwable before, Throwable failure) {
    try {
      before.addSuppressed(failure);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // The first of them tells enough.
    }
  }

  /** Throws what was noted first, if anything was, with the rest suppressed. */
  void rethrow() {
    Throwable failure = first;
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new AssertionError(failure); // somebody has thrown it undeclared
    }
  }
}
