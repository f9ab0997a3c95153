package io.pawl.rcu;

import io.pawl.internal.slots.ThreadSlots;

/**
 * The slots of an {@link Rcu} in which its readers say that they are inside, each thread in one
 * that only it writes. What they say, and when it counts, is the business of {@link GraceSync}.
 */
final class ReaderSlots extends ThreadSlots {

  /*
   * The note of a slot is not used. Its second word is
   *
   *   0              nobody has been inside yet
   *   a key          the thread of that key, the last owner, is outside
   *   stamp + n - 1  the owner is n sections deep, and began the outermost when that stamp was in force
   *
   * Stamp
   *   bits 0-7    1
   *   bit 8       LIGHT: readers need not fence
   *   bits 9-62   the number of the grace period that was the last to begin
   *   bit 63      1
   *
   * A word with a stamp is negative, and less than the stamp of each later period: so one comparison tells
   * whether a section began before a period. The low byte of a word is 1 if and only if its owner is one
   * section deep: that of a key ends in TAG. 2^54 periods take centuries.
   */

  /** Where the second word of a slot is, seen from the first. */
  static final int READER = 1;

  static final long LIGHT = 1L << 8;

  /** The difference of the stamps of two periods. */
  static final long PERIOD = 1L << 9;

  /** The stamp before the first period. */
  static final long FIRST_STAMP = Long.MIN_VALUE + 1;

  /** How many sections a word can count. */
  static final int MAX_DEPTH = 255;

  /** How many sections a word that is negative counts. */
  static int depth(long word) {
    return (int) word & MAX_DEPTH;
  }

  /** Where the second word of the slot is that has a key; for any number, the index of a word. */
  static int readerIndex(long key) {
    return (index(key) & -(2 * READER)) + READER;
  }

  /** The number of a period. */
  static int number(long stamp) {
    return (int) (stamp >>> 9);
  }

  @Override
  protected boolean isHeld(int i) {
    return reader(i) < 0;
  }

  private long reader(int i) {
    return (long) WORD.getAcquire(words(), i + READER);
  }

  /** Whether no slot tells of a section that began before the period with a certain stamp. */
  boolean haveLeft(long stamp) {
    for (int i = FIRST; i < words().length; i += STRIDE) {
      if (reader(i) < stamp) {
        return false;
      }
    }
    return true;
  }

  /** How many sections the current thread is inside of, through its slot. */
  int depthOfCurrent() {
    long key = key(Thread.currentThread());
    int i = index(key);
    long word = words()[i + READER];
    return words()[i] == key && word < 0 ? depth(word) : 0;
  }
}
