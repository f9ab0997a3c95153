package io.pawl.internal.park;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The permits of all platform threads that have parked or been unparked, found by thread.
 *
 * <p>Finding one that is there takes no lock and allocates nothing. The permit of a thread goes
 * once the garbage collector has found the thread unreachable, which is never before it has ended;
 * no permit keeps a thread reachable. Those to go are collected when another one is added.
 */
final class Permits {

  /*
   * Algorithm: a hash table of immutable chains, by thread id. An id is never used again, and ids are
   * given in sequence, so their low bits are the hash.
   *
   * I1  A thread that is alive has one permit at most: permits are added under the lock, after another
   *     look, and go when their thread is unreachable.
   * I2  Whoever looks without the lock finds a permit of that thread or none, never another's. A look
   *     that comes too early, or into a table that has been replaced, finds none and is repeated under
   *     the lock.
   * I3  Each change is one store, of a chain or of a table that is complete. An error before it leaves
   *     all as it was; an error after it, or after a dead permit has been taken from DEAD, leaves a
   *     permit or a count that the next growth puts right.
   *
   * Memory order
   *   field        read      write                why
   *   table        volatile  volatile, locked     publishes the chains in it
   *   Bucket.head  volatile  volatile, locked     publishes a node and its permit
   *   count        locked    locked
   */
  private static final int FIRST_SIZE = 64;
  private static final int LAST_SIZE = 1 << 24;

  private static final ReferenceQueue<Thread> DEAD = new ReferenceQueue<>();
  private static volatile Bucket[] table = buckets(FIRST_SIZE);
  private static int count;

  private Permits() {}

  /**
   * Finds the permit of a platform thread, or makes it.
   *
   * @param thread the thread
   * @return its permit; null if it has none and is not alive
   */
  static @Nullable Permit of(Thread thread) {
    Permit permit = find(thread.threadId());
    if (permit != null) {
      return permit;
    }
    return thread.isAlive() ? findOrAdd(thread) : null;
  }

  /**
   * Finds the permit of the current thread, a platform thread, or makes it.
   *
   * @return its permit
   */
  static Permit ofCurrentThread() {
    return Objects.requireNonNull(of(Thread.currentThread()));
  }

  /**
   * How many permits there are.
   *
   * @return the permits whose thread has not been found dead
   */
  static synchronized int count() {
    removeDead();
    return count;
  }

  private static @Nullable Permit find(long id) {
    for (Node node = bucket(table, id).head; node != null; node = node.next) {
      if (node.permit.threadId() == id) {
        return node.permit;
      }
    }
    return null;
  }

  private static synchronized Permit findOrAdd(Thread thread) {
    removeDead();
    Permit permit = find(thread.threadId());
    if (permit == null) {
      if (count >= table.length && count < LAST_SIZE) {
        grow();
      }
      permit = new Permit(thread, DEAD);
      bucket(table, permit.threadId()).push(permit);
      count++;
    }
    return permit;
  }

  private static void removeDead() {
    for (Reference<? extends Thread> dead; (dead = DEAD.poll()) != null; ) {
      Permit permit = (Permit) dead;
      if (bucket(table, permit.threadId()).remove(permit)) {
        count--;
      }
    }
  }

  private static void grow() {
    Bucket[] larger = buckets(2 * table.length);
    int kept = 0;
    for (Bucket bucket : table) {
      for (Node node = bucket.head; node != null; node = node.next) {
        if (!node.permit.refersTo(null)) {
          bucket(larger, node.permit.threadId()).push(node.permit);
          kept++;
        }
      }
    }
    table = larger;
    count = kept;
  }

  private static Bucket[] buckets(int size) {
    Bucket[] buckets = new Bucket[size];
    for (int i = 0; i < size; i++) {
      buckets[i] = new Bucket();
    }
    return buckets;
  }

  private static Bucket bucket(Bucket[] buckets, long id) {
    return buckets[(int) id & (buckets.length - 1)];
  }

  /** The permits whose thread ids have their low bits in common; changed under the lock. */
  private static final class Bucket {
    volatile @Nullable Node head;

    void push(Permit permit) {
      head = new Node(permit, head);
    }

    boolean remove(Permit permit) {
      boolean found = false;
      Node rest = null;
      for (Node node = head; node != null; node = node.next) {
        if (node.permit == permit) {
          found = true;
        } else {
          rest = new Node(node.permit, rest);
        }
      }
      head = rest;
      return found;
    }
  }

  /** A link of a chain. */
  private static final class Node {
    final Permit permit;
    final @Nullable Node next;

    Node(Permit permit, @Nullable Node next) {
      this.permit = permit;
      this.next = next;
    }
  }
}
