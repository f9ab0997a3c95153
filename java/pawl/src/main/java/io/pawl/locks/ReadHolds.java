package io.pawl.locks;

import java.util.Arrays;

/**
 * The read locks that one thread holds, of all reentrant locks together, and how often.
 *
 * <p>There is one table per thread, however many locks there are, and it holds a lock only while
 * the thread holds it. The fields are public to the lock so that it can count without a call: what
 * may run out of memory or stack comes before a lock is acquired or after it is released.
 */
final class ReadHolds {

  /*
   * Algorithm: two arrays, filled from the front, searched from the back: who locks last mostly
   * unlocks first. An entry that is removed is replaced by the last one.
   *
   * Invariants
   *   I1  The locks below size are different; all above are null.
   *   I2  A count is 0 only while its thread acquires or releases the lock, or if that was ended by
   *       an Error: such an entry means the same as none, and the next search finds it again.
   */
  private static final int SMALL = 4;
  private static final int KEPT = 64;

  private static final Object[] NO_LOCKS = {};
  private static final int[] NO_COUNTS = {};

  private static final ThreadLocal<ReadHolds> HOLDS =
      new ThreadLocal<>() {
        @Override
        protected ReadHolds initialValue() {
          return new ReadHolds();
        }
      };

  private Object[] locks = new Object[SMALL];

  /** How often each lock is held. */
  int[] counts = new int[SMALL];

  private int size;

  private ReadHolds() {}

  /** The table of the current thread. */
  static ReadHolds current() {
    return HOLDS.get();
  }

  /** The index of a lock's count, or -1 if it has no entry. */
  int find(Object lock) {
    int slot = size - 1;
    while (slot >= 0 && locks[slot] != lock) {
      slot--;
    }
    return slot;
  }

  /** The index of a lock's count, which is 0 if it had no entry before. */
  int slot(Object lock) {
    int slot = find(lock);
    if (slot >= 0) {
      return slot;
    }
    slot = size;
    if (slot == locks.length) {
      grow();
    }
    counts[slot] = 0;
    locks[slot] = lock;
    size = slot + 1;
    return slot;
  }

  private void grow() {
    int length = Math.max(SMALL, 2 * size);
    Object[] moreLocks = Arrays.copyOf(locks, length);
    counts = Arrays.copyOf(counts, length);
    locks = moreLocks;
  }

  /** Removes an entry. Allocates nothing. */
  void remove(int slot) {
    int last = size - 1;
    if (slot != last) {
      locks[slot] = locks[last];
      counts[slot] = counts[last];
    }
    locks[last] = null;
    size = last;
    if (last == 0 && locks.length > KEPT) {
      locks = NO_LOCKS;
      counts = NO_COUNTS;
    }
  }

  /** How many entries there are. */
  int size() {
    return size;
  }

  /** For how many entries there is room. */
  int capacity() {
    return locks.length;
  }
}
