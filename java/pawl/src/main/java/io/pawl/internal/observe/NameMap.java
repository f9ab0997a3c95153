package io.pawl.internal.observe;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Names of objects, which are told from others by identity and not kept reachable.
 *
 * <p>Finding a name takes no lock and allocates nothing. A name goes once the garbage collector has
 * found its object unreachable; names to go are collected when another one is put. An {@link
 * OutOfMemoryError} leaves the names as they were.
 */
final class NameMap {

  /*
   * Algorithm: open addressing with linear probing, in an array that is replaced when it is full.
   *
   * Slot       null      never used: a search ends here
   *            an entry  its object, while that is reachable, and its name
   *            GONE      the entry of an object that is no more: a search goes on
   *
   * I1  An object that is reachable has one entry at most: entries are added under the lock, after a
   *     search.
   * I2  Within one array a slot goes from null to an entry, and on to GONE and to other entries, never
   *     back to null. So a search without the lock finds each entry that was there before it began.
   * I3  used is the number of slots that are not null, at most half of them: a search ends.
   * I4  Memory is allocated before anything is changed.
   *
   * Memory order
   *   field        read              write             why
   *   table        volatile          volatile, locked  publishes an array with what is in it
   *   slot         volatile          volatile, locked  publishes an entry
   *   Entry.name   volatile          volatile, locked  a name may be replaced
   *   used, live   locked            locked
   */

  private static final int FIRST_SIZE = 16;
  private static final int LAST_SIZE = 1 << 30;
  private static final Entry GONE = new Entry(null, 0, "", null);

  private final ReferenceQueue<Object> dead = new ReferenceQueue<>();

  /** Null until there is a name; its length is a power of two. */
  private volatile @Nullable AtomicReferenceArray<@Nullable Entry> table;

  /** How many slots are not null, and in how many of them is an entry. */
  private int used;

  private int live;

  /** The name of an object, or null. */
  @Nullable String get(Object object) {
    AtomicReferenceArray<@Nullable Entry> t = table;
    Entry entry = t == null ? null : find(t, object);
    return entry == null ? null : entry.name;
  }

  /** Gives an object a name, in place of the one that it may have. */
  synchronized void put(Object object, String name) {
    removeDead();
    AtomicReferenceArray<@Nullable Entry> t = table;
    Entry known = t == null ? null : find(t, object);
    if (known != null) {
      known.name = name;
      return;
    }
    Entry entry = new Entry(object, System.identityHashCode(object), name, dead);
    if (t == null || 2 * (used + 1) > t.length() || isSparse(t)) {
      t = replace(t);
    }
    if (add(t, entry)) {
      used++;
    }
    live++;
  }

  /** How many names are kept. */
  synchronized int size() {
    removeDead();
    return live;
  }

  /** How many slots there are. */
  synchronized int capacity() {
    AtomicReferenceArray<@Nullable Entry> t = table;
    return t == null ? 0 : t.length();
  }

  private static @Nullable Entry find(AtomicReferenceArray<@Nullable Entry> t, Object object) {
    int mask = t.length() - 1;
    for (int i = System.identityHashCode(object) & mask; ; i = (i + 1) & mask) {
      Entry entry = t.get(i);
      if (entry == null || entry.refersTo(object)) {
        return entry;
      }
    }
  }

  /** Puts an entry into the first slot that is free; whether that was null. */
  private static boolean add(AtomicReferenceArray<@Nullable Entry> t, Entry entry) {
    int mask = t.length() - 1;
    for (int i = entry.hash & mask; ; i = (i + 1) & mask) {
      Entry other = t.get(i);
      if (other == null || other == GONE) {
        t.set(i, entry);
        return other == null;
      }
    }
  }

  private boolean isSparse(AtomicReferenceArray<@Nullable Entry> t) {
    return t.length() > FIRST_SIZE && live < t.length() / 32;
  }

  /**
   * Makes an array with room for as many entries more as there are; without those that are gone.
   */
  private AtomicReferenceArray<@Nullable Entry> replace(
      @Nullable AtomicReferenceArray<@Nullable Entry> old) {
    int size = Math.clamp(8L * Integer.highestOneBit(live), FIRST_SIZE, LAST_SIZE);
    AtomicReferenceArray<@Nullable Entry> fresh = new AtomicReferenceArray<>(size);
    for (int i = 0; old != null && i < old.length(); i++) {
      Entry entry = old.get(i);
      if (entry != null && entry != GONE) {
        boolean _ = add(fresh, entry);
      }
    }
    used = live;
    table = fresh;
    return fresh;
  }

  private void removeDead() {
    for (Reference<?> gone; (gone = dead.poll()) != null; ) {
      remove((Entry) gone);
    }
  }

  private void remove(Entry entry) {
    AtomicReferenceArray<@Nullable Entry> t = table;
    int mask = t == null ? 0 : t.length() - 1;
    for (int i = entry.hash & mask; t != null; i = (i + 1) & mask) {
      Entry other = t.get(i);
      if (other == null) {
        return;
      }
      if (other == entry) {
        t.set(i, GONE);
        live--;
        return;
      }
    }
  }

  /** A name, and its object for as long as others keep that reachable. */
  private static final class Entry extends WeakReference<@Nullable Object> {
    private final int hash;
    private volatile String name;

    Entry(
        @Nullable Object object,
        int hash,
        String name,
        @Nullable ReferenceQueue<@Nullable Object> queue) {
      super(object, queue);
      this.hash = hash;
      this.name = name;
    }
  }
}
