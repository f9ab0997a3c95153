package io.pawl.internal.observe;

import io.pawl.observe.LockOrderException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is said of an inversion of the order of locks. */
final class OrderReport {

  static final String LOGGER = "io.pawl.observe";

  /** How many frames of an earlier stack are kept. */
  private static final int DEPTH = 32;

  private static final AtomicLong INVERSIONS = new AtomicLong();

  private OrderReport() {}

  /** How many have been found; each pair of classes counts once. */
  static long inversions() {
    return INVERSIONS.get();
  }

  static void count() {
    INVERSIONS.incrementAndGet();
  }

  /**
   * Tells that the current thread takes two locks against an order.
   *
   * @param held the class of the lock that the thread holds
   * @param wanted the class of the lock that it is about to take
   * @param earlier the orders that lead from what is wanted to what is held
   */
  static LockOrderException inversion(String held, String wanted, List<Observed> earlier) {
    @Nullable LockOrderException cause = null;
    for (Observed order : earlier.reversed()) {
      cause =
          new LockOrderException(
              "Earlier thread "
                  + order.thread
                  + " locked "
                  + order.wanted
                  + " holding "
                  + order.held,
              cause);
      cause.setStackTrace(trace(order.stack));
    }
    LockOrderException inversion =
        new LockOrderException(
            "Thread "
                + Thread.currentThread().getName()
                + " is about to lock "
                + wanted
                + " holding "
                + held
                + ", against the order so far, which may end in a deadlock",
            cause);
    inversion.setStackTrace(trace(CallStack.outsideOfPawl(Integer.MAX_VALUE)));
    return inversion;
  }

  private static StackTraceElement[] trace(List<StackTraceElement> frames) {
    return frames.toArray(StackTraceElement[]::new);
  }

  /** Logs; what a logger throws is its own affair. */
  static void warn(String message, @Nullable Throwable thrown) {
    try {
      System.getLogger(LOGGER).log(System.Logger.Level.WARNING, message, thrown);
    } catch (Throwable _) {
      // There is nobody to tell.
    }
  }

  /** That a lock was taken while another was held, and by whom. */
  record Observed(String held, String wanted, String thread, List<StackTraceElement> stack) {

    /** Of the current thread. */
    static Observed now(String held, String wanted) {
      return new Observed(
          held, wanted, Thread.currentThread().getName(), CallStack.outsideOfPawl(DEPTH));
    }
  }
}
