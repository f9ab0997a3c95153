package io.pawl.locks;

import java.util.Arrays;

/**
 * The read locks that a thread holds, of all reentrant locks together, and how often.
 *
 * <p>There is one table per thread, however many locks there are. What may run out of memory or
 * stack comes before a lock is acquired or after it is released; in between the lock counts without
 * a call.
 */
final class ReadHolds {

  /*
   * Algorithm: two arrays, filled from the front, searched from the back: who locks last mostly
   * unlocks first. An entry that is removed is replaced by the last one.
   *
   *   table            { keys, counts }
   *   keys[1 .. n]     of locks (ReentrantRwSync.holdKey)
   *   counts[1 .. n]   how often the thread holds each; counts[0] is n
   *
   * A table and all in it are of the JDK's classes, keys included, so a thread that lives on does not keep a
   * class loader from which Pawl was loaded.
   *
   * Invariants
   *   I1  The keys up to n are different; all above are null.
   *   I2  A count is 0 only while its thread acquires or releases the lock, or if that was ended by
   *       an Error: such an entry means the same as none, and the next search finds it again.
   */

  /** The index of the counts in a table. */
  static final int COUNTS = 1;

  private static final int KEYS = 0;
  private static final int SMALL = 5;
  private static final int KEPT = 65;

  private static final ThreadLocal<Object[]> HOLDS = ThreadLocal.withInitial(ReadHolds::newTable);

  private ReadHolds() {}

  private static Object[] newTable() {
    return new Object[] {new Object[SMALL], new int[SMALL]};
  }

  /** The table of the current thread. */
  static Object[] current() {
    return HOLDS.get();
  }

  /** The index of a lock's count, or 0 if it has no entry. */
  static int find(Object[] table, Object key) {
    Object[] keys = (Object[]) table[KEYS];
    int slot = size(table);
    while (slot > 0 && keys[slot] != key) {
      slot--;
    }
    return slot;
  }

  /** The index of a lock's count, which is 0 if it had no entry before. */
  static int slot(Object[] table, Object key) {
    int slot = find(table, key);
    if (slot > 0) {
      return slot;
    }
    slot = size(table) + 1;
    if (slot == ((Object[]) table[KEYS]).length) {
      grow(table);
    }
    int[] counts = (int[]) table[COUNTS];
    Object[] keys = (Object[]) table[KEYS];
    counts[slot] = 0;
    keys[slot] = key;
    counts[0] = slot;
    return slot;
  }

  private static void grow(Object[] table) {
    int length = 2 * (size(table) + 1);
    Object[] keys = Arrays.copyOf((Object[]) table[KEYS], length);
    int[] counts = Arrays.copyOf((int[]) table[COUNTS], length);
    table[KEYS] = keys;
    table[COUNTS] = counts;
  }

  /** Removes an entry. Allocates nothing, unless the table was large. */
  static void remove(Object[] table, int slot) {
    Object[] keys = (Object[]) table[KEYS];
    int[] counts = (int[]) table[COUNTS];
    int last = counts[0];
    if (slot != last) {
      keys[slot] = keys[last];
      counts[slot] = counts[last];
    }
    keys[last] = null;
    counts[0] = last - 1;
    if (last == 1 && keys.length > KEPT) {
      HOLDS.remove();
    }
  }

  /** How many entries there are. */
  static int size(Object[] table) {
    return ((int[]) table[COUNTS])[0];
  }

  /** For how many entries there is room. */
  static int capacity(Object[] table) {
    return ((Object[]) table[KEYS]).length - 1;
  }
}
