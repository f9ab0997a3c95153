package io.pawl.internal.park;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Pawl keeps for each platform thread, found by thread.
 *
 * <p>Finding an entry that is there takes no lock and allocates nothing. An entry goes once the
 * garbage collector has found its thread unreachable, which is never before it has ended; nothing
 * here keeps a thread reachable, and no thread keeps anything of Pawl reachable: unlike a thread's
 * own locals, the table goes with the class loader that holds it. Entries to go are collected when
 * another one is added.
 *
 * @param <E> the type of the entries
 */
public abstract class ThreadTable<E extends ThreadTable.Entry> {

  /*
   * Algorithm: a hash table of immutable chains, by thread id. An id is never used again, and ids are
   * given in sequence, so their low bits are the hash.
   *
   * I1  A thread that is alive has one entry at most: entries are added under the lock, after another
   *     look, and go when their thread is unreachable.
   * I2  Whoever looks without the lock finds an entry of that thread or none, never another's. A look
   *     that comes too early, or into a table that has been replaced, finds none and is repeated under
   *     the lock.
   * I3  Each change is one store, of a chain or of a table that is complete. An error before it leaves
   *     all as it was; an error after it, or after a dead entry has been taken from the queue, leaves an
   *     entry or a count that the next growth puts right.
   *
   * Memory order
   *   field        read      write                why
   *   table        volatile  volatile, locked     publishes the chains in it
   *   Bucket.head  volatile  volatile, locked     publishes a node and its entry
   *   count        locked    locked
   */
  private static final int FIRST_SIZE = 64;
  private static final int LAST_SIZE = 1 << 24;

  private final ReferenceQueue<Thread> dead = new ReferenceQueue<>();
  private volatile Bucket<E>[] table = buckets(FIRST_SIZE);
  private int count;

  /** Constructs an empty table. */
  protected ThreadTable() {}

  /** Loads what a new table needs, so that the class of a table does not while it initializes. */
  static void initialize() {
    Object _ = new Bucket<>();
  }

  /**
   * Makes the entry of a thread that has none.
   *
   * @param thread the thread
   * @param queue where the entry is put when the thread has been collected
   * @return a new entry
   */
  protected abstract E create(Thread thread, ReferenceQueue<Thread> queue);

  /**
   * Finds the entry of a platform thread, or makes it.
   *
   * @param thread the thread
   * @return its entry; null if it has none and is not alive
   */
  public final @Nullable E of(Thread thread) {
    E entry = find(thread.threadId());
    if (entry != null) {
      return entry;
    }
    return thread.isAlive() ? findOrAdd(thread) : null;
  }

  /**
   * Finds the entry of the current thread, a platform thread, or makes it.
   *
   * @return its entry
   */
  public final E ofCurrentThread() {
    return Objects.requireNonNull(of(Thread.currentThread()));
  }

  /**
   * How many entries there are.
   *
   * @return the entries whose thread has not been found dead
   */
  public final synchronized int count() {
    removeDead();
    return count;
  }

  private @Nullable E find(long id) {
    for (Node<E> node = bucket(table, id).head; node != null; node = node.next) {
      if (node.entry.threadId() == id) {
        return node.entry;
      }
    }
    return null;
  }

  private synchronized E findOrAdd(Thread thread) {
    removeDead();
    E entry = find(thread.threadId());
    if (entry == null) {
      if (count >= table.length && count < LAST_SIZE) {
        grow();
      }
      entry = create(thread, dead);
      bucket(table, entry.threadId()).push(entry);
      count++;
    }
    return entry;
  }

  private void removeDead() {
    for (Reference<? extends Thread> gone; (gone = dead.poll()) != null; ) {
      Entry entry = (Entry) gone;
      if (bucket(table, entry.threadId()).remove(entry)) {
        count--;
      }
    }
  }

  private void grow() {
    Bucket<E>[] larger = buckets(2 * table.length);
    int kept = 0;
    for (Bucket<E> bucket : table) {
      for (Node<E> node = bucket.head; node != null; node = node.next) {
        if (!node.entry.refersTo(null)) {
          bucket(larger, node.entry.threadId()).push(node.entry);
          kept++;
        }
      }
    }
    table = larger;
    count = kept;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type, which never leaves
  private static <E extends Entry> Bucket<E>[] buckets(int size) {
    Bucket<E>[] buckets = new Bucket[size];
    for (int i = 0; i < size; i++) {
      buckets[i] = new Bucket<>();
    }
    return buckets;
  }

  private static <E extends Entry> Bucket<E> bucket(Bucket<E>[] buckets, long id) {
    return buckets[(int) id & (buckets.length - 1)];
  }

  /** What is kept for a thread, which it does not keep reachable. */
  public abstract static class Entry extends WeakReference<Thread> {
    private final long threadId;

    /**
     * Constructs the entry of a thread.
     *
     * @param thread the thread
     * @param queue of the table
     */
    protected Entry(Thread thread, ReferenceQueue<Thread> queue) {
      super(thread, queue);
      threadId = thread.threadId();
    }

    final long threadId() {
      return threadId;
    }
  }

  /** The entries whose thread ids have their low bits in common; changed under the lock. */
  private static final class Bucket<E extends Entry> {
    volatile @Nullable Node<E> head;

    void push(E entry) {
      head = new Node<>(entry, head);
    }

    /** Makes a chain without the entry; whose nodes behind it are shared. */
    boolean remove(Entry entry) {
      boolean found = false;
      Node<E> rest = null;
      for (Node<E> node = head; node != null; node = node.next) {
        if (node.entry == entry) {
          found = true;
        } else {
          rest = new Node<>(node.entry, rest);
        }
      }
      head = rest;
      return found;
    }
  }

  /** A link of a chain. */
  private static final class Node<E extends Entry> {
    final E entry;
    final @Nullable Node<E> next;

    Node(E entry, @Nullable Node<E> next) {
      this.entry = entry;
      this.next = next;
    }
  }
}
