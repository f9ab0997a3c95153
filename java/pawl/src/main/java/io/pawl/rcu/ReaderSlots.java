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
   *   0              the thread is outside
   *   stamp + n - 1  the thread is n sections deep, and began the outermost when that stamp was in force
   *
   * Stamp
   *   bits 0-7    1
   *   bits 8-62   the number of the grace period that was the last to begin
   *
   * A stamp is less than the next by PERIOD, and a word with a stamp is less than the next stamp: so one
   * comparison tells whether a section began before a period. 2^55 periods take a thousand years.
   */

  /** Where the second word of a slot is, seen from the first. */
  static final int READER = 1;

  /** The difference of two stamps. */
  static final long PERIOD = 1L << 8;

  /** The stamp before the first period. */
  static final long FIRST_STAMP = 1;

  /** How many sections a word can count. */
  static final int MAX_DEPTH = (int) PERIOD - 1;

  /** How many sections of a slot the word counts. */
  static int depth(long word) {
    return (int) word & MAX_DEPTH;
  }

  @Override
  protected boolean isHeld(int i) {
    return reader(i) != 0;
  }

  private long reader(int i) {
    return (long) WORD.getAcquire(words(), i + READER);
  }

  /** Whether no slot tells of a section that began before the period with a certain stamp. */
  boolean haveLeft(long stamp) {
    for (int i = FIRST; i < words().length; i += STRIDE) {
      long word = reader(i);
      if (word != 0 && word < stamp) {
        return false;
      }
    }
    return true;
  }

  /** How many sections the current thread is inside of, through its slot. */
  int depthOfCurrent() {
    long key = key(Thread.currentThread());
    int i = index(key);
    return words()[i] == key ? depth(words()[i + READER]) : 0;
  }
}
