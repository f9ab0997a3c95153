package io.pawl.internal.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Type-stable native words, one to a cache line, each tied to the life of a Java object.
 *
 * <p>A word is leased to an owner object and comes back when the garbage collector finds the owner
 * unreachable, never earlier. Whoever still can name the word holds the owner, so no thread can
 * touch a word that has been leased to somebody else. Memory is not given back to the operating
 * system as long as this class is there: a late wake of a recycled word is at worst spurious.
 *
 * <p>Words that came back are collected by the next lease; no thread is needed for it.
 */
public final class WordSlab {

  /*
   * Algorithm: the addresses of the words that nobody has are in an array, filled from the front; the leases are
   * in a linked list, so that they stay reachable until their owners are gone.
   *
   * Invariants, under the lock of this class
   *   I1  An address is in free below freeCount or in one linked lease, never in both and never twice.
   *   I2  free has room for all words of all chunks, so what comes back needs no memory.
   *   I3  What can run out of memory or stack comes before a change; the change itself is stores in one frame.
   *
   *   chunk --addChunk--> free --lease--> leased --owner collected, collectDead--> free
   */

  /** The bytes between two words: a cache line. */
  private static final int STRIDE = 64;

  private static final int WORDS_PER_CHUNK = 64;

  private static final ReferenceQueue<Object> DEAD = new ReferenceQueue<>();

  private static long[] free = {};
  private static int freeCount;
  private static int words;
  private static @Nullable Lease leases;

  private WordSlab() {}

  /**
   * Leases a zeroed word.
   *
   * @param owner the object whose reachability keeps the word
   * @return the address of the word
   * @throws OutOfMemoryError if there is no memory; nothing has been leased then
   */
  public static synchronized long lease(Object owner) {
    collectDead();
    if (freeCount == 0) {
      addChunk();
    }
    long address = free[freeCount - 1];
    Lease lease = new Lease(owner, address);
    Words.setVolatile(address, 0);
    freeCount--;
    Lease after = leases;
    lease.after = after;
    if (after != null) {
      after.before = lease;
    }
    leases = lease;
    return address;
  }

  /**
   * How many words are leased.
   *
   * @return the words whose owner has not been found dead
   */
  public static synchronized int leased() {
    collectDead();
    return words - freeCount;
  }

  private static void collectDead() {
    for (Object dead; (dead = DEAD.poll()) != null; ) {
      Lease lease = (Lease) dead;
      Lease before = lease.before;
      Lease after = lease.after;
      if (before == null) {
        leases = after;
      } else {
        before.after = after;
      }
      if (after != null) {
        after.before = before;
      }
      free[freeCount++] = lease.address;
    }
  }

  private static void addChunk() {
    long[] larger = Arrays.copyOf(free, words + WORDS_PER_CHUNK);
    long chunk = Words.allocate(STRIDE * WORDS_PER_CHUNK);
    for (int i = 0; i < WORDS_PER_CHUNK; i++) {
      larger[i] = chunk + (long) (WORDS_PER_CHUNK - 1 - i) * STRIDE;
    }
    free = larger;
    freeCount = WORDS_PER_CHUNK;
    words += WORDS_PER_CHUNK;
  }

  /** A leased word and the object to whose life it is tied. */
  private static final class Lease extends PhantomReference<Object> {
    final long address;
    @Nullable Lease before;
    @Nullable Lease after;

    Lease(Object owner, long address) {
      super(owner, DEAD);
      this.address = address;
    }
  }
}
