package io.pawl.internal.park;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many threads sleep: a count that is cheap to change by many threads at once, and dear to
 * read.
 *
 * <p><b>Memory consistency:</b> a thread that {@link #come comes} before a look at the count begins
 * is seen by it; one that is not seen sees what was written before the look by volatile stores.
 */
final class Sleepers {

  /** As many pairs of counts, each in two cache lines of its own: who is there, who has come. */
  private static final int STRIPES = 16;

  private static final int INTS_PER_STRIPE = 32;

  private final AtomicIntegerArray counts = new AtomicIntegerArray((STRIPES + 1) * INTS_PER_STRIPE);

  /** Constructs a count of 0. */
  Sleepers() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /** Counts the current thread. */
  void come() {
    int stripe = ofCurrentThread();
    int arrivals = stripe + 1;
    counts.setOpaque(arrivals, counts.getOpaque(arrivals) + 1);
    int _ = counts.getAndIncrement(stripe);
  }

  /** A number that is another one if threads have come, but for few that came at the same time. */
  int arrivals() {
    int sum = 0;
    for (int i = 1; i <= STRIPES; i++) {
      sum += counts.getOpaque(i * INTS_PER_STRIPE + 1);
    }
    return sum;
  }

  /** Counts the current thread no more, which has come. */
  void go() {
    int _ = counts.getAndDecrement(ofCurrentThread());
  }

  /** Whether each thread that has come has gone. */
  boolean none() {
    for (int i = 1; i <= STRIPES; i++) {
      if (counts.get(i * INTS_PER_STRIPE) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int ofCurrentThread() {
    int stripe = (int) Thread.currentThread().threadId() & (STRIPES - 1);
    return (stripe + 1) * INTS_PER_STRIPE;
  }
}
