package io.pawl.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A count of the readers of an {@link Rcu} that have no slot: virtual threads, threads whose slot
 * is another's, sections that are nested too deeply for one.
 */
final class SharedReaders {

  /*
   * The readers are counted on two sides, of which one is open. They enter on the open side and leave
   * the side on which they have entered. A flip opens the other side, once that is empty: then the
   * closed side counts those that came before the flip, and nobody comes to it.
   *
   * Word
   *   bits 0-30   the count of side 0
   *   bits 31-61  the count of side 1
   *   bit 62      the open side
   *
   * A reader finds the open side and is counted by one CAS, so there are no stragglers that enter on a
   * side which has been closed meanwhile.
   *
   * The word has a pair of cache lines to itself: whoever has a slot does not wait for those lines.
   */
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int BITS = 31;
  static final long MAX = (1L << BITS) - 1;

  private static final long SIDE = 1L << (2 * BITS);

  private static final int PADDING = 16;

  private final long[] words = new long[2 * PADDING];

  private long word() {
    return (long) WORD.getVolatile(words, PADDING);
  }

  private boolean cas(long expected, long next) {
    return WORD.compareAndSet(words, PADDING, expected, next);
  }

  private static int open(long word) {
    return (int) (word >>> (2 * BITS));
  }

  private static long count(long word, int side) {
    return word >>> (BITS * side) & MAX;
  }

  /**
   * Enters.
   *
   * @return the side on which the reader is counted
   */
  int enter() {
    for (; ; ) {
      long w = word();
      int side = open(w);
      if (count(w, side) == MAX) {
        throw new Error("Maximum number of read sections exceeded");
      }
      if (cas(w, w + (1L << (BITS * side)))) {
        return side;
      }
    }
  }

  /** Leaves a side; false if nobody is counted there. */
  boolean exit(int side) {
    for (; ; ) {
      long w = word();
      if (count(w, side) == 0) {
        return false;
      }
      if (cas(w, w - (1L << (BITS * side)))) {
        return true;
      }
    }
  }

  /**
   * Closes the open side and opens the other, unless somebody is still there; by one thread at a
   * time.
   */
  boolean tryFlip() {
    for (; ; ) {
      long w = word();
      if (count(w, 1 - open(w)) != 0) {
        return false;
      }
      if (cas(w, w ^ SIDE)) {
        return true;
      }
    }
  }

  /** Whether the closed side is empty. */
  boolean haveLeft() {
    long w = word();
    return count(w, 1 - open(w)) == 0;
  }

  /** Whether both sides are empty. */
  boolean isEmpty() {
    return (word() & ~SIDE) == 0;
  }
}
