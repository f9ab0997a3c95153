package io.pawl.internal.memory;

import java.util.concurrent.CompletionException;

/** Closing of values for those who do not declare checked exceptions. */
public final class Closing {

  private Closing() {}

  /** Initializes this class, before a thread comes here at the end of its stack. */
  public static void initialize() {}

  /**
   * Closes a value; what that throws is thrown.
   *
   * @param value the value
   * @throws CompletionException if it throws a checked exception, which is the cause
   */
  public static void close(AutoCloseable value) {
    try {
      value.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new CompletionException("Closing the value failed", e);
    }
  }
}
