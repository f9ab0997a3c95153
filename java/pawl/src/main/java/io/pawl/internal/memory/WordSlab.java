package io.pawl.internal.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Type-stable native words, one to a cache line, each tied to the life of a Java object.
 *
 * <p>A word is leased to an owner object and comes back when the garbage collector finds the owner
 * unreachable, never earlier. Whoever still can name the word holds the owner, so no thread can
 * touch a word that has been leased to somebody else. Memory is not given back to the operating
 * system as long as this class is there: a late wake of a recycled word is at worst spurious.
 *
 * <p>Of a word's line the first four bytes are zeroed when it is leased; the rest is zero at first
 * and then as its last owner left it.
 *
 * <p>Words that came back are collected by the next lease; no thread is needed for it.
 */
public final class WordSlab {

  /*
   * Algorithm: the addresses of the words that nobody has are in an array, filled from the front; the leases are
   * in a linked list, so that they stay reachable until their owners are gone.
   *
   * Invariants, under the lock of the slab
   *   I1  An address is in free below freeCount or in one linked lease, never in both and never twice.
   *   I2  free has room for all words of all chunks, so what comes back needs no memory.
   *   I3  What can run out of memory or stack comes before a change; the change itself is stores in one frame.
   *
   *   chunk --addChunk--> free --lease--> leased --owner collected, collectDead--> free
   */

  /** The bytes between two words: a cache line. */
  private static final int STRIDE = 64;

  private static final int WORDS_PER_CHUNK = 64;

  private final ReferenceQueue<Object> dead = new ReferenceQueue<>();

  private long[] free = {};
  private int freeCount;
  private @Nullable Lease leases;

  /** Those that there are, for whoever looks at all words; replaced when one is added. */
  private volatile long[] chunks = {};

  /** Constructs a slab without words. */
  public WordSlab() {}

  /** Loads this class before one is initialized that has a slab. */
  public static void initialize() {}

  /**
   * Leases a zeroed word.
   *
   * @param owner the object whose reachability keeps the word
   * @return the address of the word
   * @throws OutOfMemoryError if there is no memory; nothing has been leased then
   */
  public synchronized long lease(Object owner) {
    collectDead();
    if (freeCount == 0) {
      addChunk();
    }
    long address = free[freeCount - 1];
    Lease lease = new Lease(owner, dead, address);
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
  public synchronized int leased() {
    collectDead();
    return chunks.length * WORDS_PER_CHUNK - freeCount;
  }

  /**
   * Hands on the address of each word, leased or not: at any time it may be given to another owner.
   *
   * @param action what to do with an address; does not lease words of this slab
   */
  public void forEach(LongConsumer action) {
    for (long chunk : chunks) {
      for (int i = 0; i < WORDS_PER_CHUNK; i++) {
        action.accept(chunk + (long) i * STRIDE);
      }
    }
  }

  private void collectDead() {
    for (Object gone; (gone = dead.poll()) != null; ) {
      Lease lease = (Lease) gone;
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

  private void addChunk() {
    int count = chunks.length;
    long[] larger = new long[(count + 1) * WORDS_PER_CHUNK];
    long[] longer = Arrays.copyOf(chunks, count + 1);
    long chunk = Words.allocate(STRIDE * WORDS_PER_CHUNK);
    longer[count] = chunk;
    for (int i = 0; i < WORDS_PER_CHUNK; i++) {
      larger[i] = chunk + (long) (WORDS_PER_CHUNK - 1 - i) * STRIDE;
    }
    free = larger;
    freeCount = WORDS_PER_CHUNK;
    chunks = longer;
  }

  /** A leased word and the object to whose life it is tied. */
  private static final class Lease extends PhantomReference<Object> {
    final long address;
    @Nullable Lease before;
    @Nullable Lease after;

    Lease(Object owner, ReferenceQueue<Object> dead, long address) {
      super(owner, dead);
      this.address = address;
    }
  }
}
