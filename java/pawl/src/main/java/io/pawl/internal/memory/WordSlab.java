package io.pawl.internal.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Type-stable native words, one to a cache line, each tied to the life of a Java object.
 *
 * <p>A word is leased to an owner object and comes back when the garbage collector finds the owner
 * unreachable, never earlier. Whoever still can name the word holds the owner, so no thread can
 * touch a word that has been leased to somebody else. Memory is never given back to the operating
 * system: a late wake of a recycled word is at worst spurious.
 *
 * <p>Words that came back are collected by the next lease; no thread is needed for it.
 */
public final class WordSlab {

  /** The bytes between two words: a cache line. */
  private static final int STRIDE = 64;

  private static final int WORDS_PER_CHUNK = 64;

  private static final ReferenceQueue<Object> DEAD = new ReferenceQueue<>();
  private static final Set<Lease> LEASES = new HashSet<>();
  private static long[] free = new long[WORDS_PER_CHUNK];
  private static int freeCount;

  private WordSlab() {}

  /**
   * Leases a zeroed word.
   *
   * @param owner the object whose reachability keeps the word
   * @return the address of the word
   * @throws OutOfMemoryError if there is no memory
   */
  public static synchronized long lease(Object owner) {
    collectDead();
    if (freeCount == 0) {
      addChunk();
    }
    long address = free[freeCount - 1];
    LEASES.add(new Lease(owner, address));
    freeCount--;
    Words.setVolatile(address, 0);
    return address;
  }

  /**
   * How many words are leased.
   *
   * @return the words whose owner has not been found dead
   */
  public static synchronized int leased() {
    collectDead();
    return LEASES.size();
  }

  private static void collectDead() {
    for (Object dead; (dead = DEAD.poll()) != null; ) {
      Lease lease = (Lease) dead;
      LEASES.remove(lease);
      addFree(lease.address);
    }
  }

  private static void addChunk() {
    long chunk = Words.allocate(STRIDE * WORDS_PER_CHUNK);
    for (int i = WORDS_PER_CHUNK - 1; i >= 0; i--) {
      addFree(chunk + (long) i * STRIDE);
    }
  }

  private static void addFree(long address) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = address;
  }

  /** A leased word and the object to whose life it is tied. */
  private static final class Lease extends PhantomReference<Object> {
    final long address;

    Lease(Object owner, long address) {
      super(owner, DEAD);
      this.address = address;
    }
  }
}
