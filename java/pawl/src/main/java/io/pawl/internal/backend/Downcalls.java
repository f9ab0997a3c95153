package io.pawl.internal.backend;

import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the FFM backends share. */
final class Downcalls {
  /** A wait may return for no reason, but hardly as often in a row. */
  private static final int TRIALS = 100;

  /**
   * How often a method handle is called to be sure that the JDK has done for it what it does by the
   * way: at the latest after 127 calls it makes a copy of the code for the handle itself, a class
   * of its own, which is out of place in an unlock while the heap is full.
   */
  static final int CALLS_UNTIL_SETTLED = 130;

  private Downcalls() {}

  /**
   * Turns what a method handle is declared to throw into what a downcall can throw.
   *
   * @return never
   */
  static AssertionError unexpected(Throwable t) {
    if (t instanceof Error e) {
      throw e;
    }
    if (t instanceof RuntimeException e) {
      throw e;
    }
    return new AssertionError(t);
  }

  /**
   * Tries each call that every platform has, on a word of its own, and settles all calls. A backend
   * that has passed needs no further linking later.
   *
   * @return the same backend
   * @throws UnavailableException if a call returns what it must not
   */
  static NativeWait checked(NativeWait wait) throws UnavailableException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
      int mismatch = wait.await(word.address(), 1, NativeWait.FOREVER, false);
      int late = 0;
      for (int i = 0; i < TRIALS && (late == 0 || late == NativeWait.EINTR); i++) {
        late = wait.await(word.address(), 0, 0, false);
      }
      int woken = wait.wake(word.address(), NativeWait.ALL, false);
      if (mismatch != NativeWait.EAGAIN || late != NativeWait.ETIMEDOUT || woken != 0) {
        throw new UnavailableException(
            "the trial calls returned " + mismatch + ", " + late + ", " + woken, null);
      }
      settle(wait, word.address());
      return wait;
    }
  }

  /** Whether something was thrown that would be thrown the next time too. */
  static boolean isAnswer(Throwable thrown) {
    Throwable cause = root(thrown);
    return cause instanceof UnavailableException
        || cause instanceof UnsupportedOperationException
        || cause instanceof IllegalCallerException;
  }

  /**
   * Makes each call until it has settled, in ways that have no effect: nobody waits for the word,
   * it does not hold 1, and a barrier fences where it is not refused.
   */
  private static void settle(NativeWait wait, long word) {
    for (int i = 0; i < CALLS_UNTIL_SETTLED; i++) {
      int _ = wait.await(word, 1, NativeWait.FOREVER, false);
      int _ = wait.wake(word, 1, false);
      int _ = wait.requeue(word, 1, 1, 1, word, false);
      int _ = wait.barrier();
    }
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof ExceptionInInitializerError && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Tells why linking failed. */
  static String reason(Throwable thrown) {
    Throwable cause = root(thrown);
    if (cause instanceof IllegalCallerException) {
      return NativeAccess.denied();
    }
    String message = cause.getMessage();
    boolean plain =
        cause instanceof UnavailableException
            || cause instanceof UnsupportedOperationException
            || cause instanceof UnsatisfiedLinkError;
    return plain && message != null ? message : cause.toString();
  }
}
