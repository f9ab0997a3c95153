package io.pawl.memory;

/** Which sizes the chunks of a provider have: powers of two that grow with each fresh chunk. */
final class ChunkSizes {

  /*
   * State: newest, the size of the chunk that came from the system last; 0 before the first
   *
   *      0 ---first---> s ---fresh---> min(2 s, largest) ---fresh---> ...    while the budget has room for it
   *                     |
   *                     +---fresh, the request needs more---> the least that the request needs
   *                     +---fresh, no room for more---------> the same, or what there is room for, not below the
   *                                                           least that the request needs
   *
   * A chunk from the cache changes nothing. What is smaller than the newest is not kept.
   *
   * Invariants
   *   I1  Every size is a power of two from first to largest, and no less than the request.
   *   I2  More than a request needs is given to it only if the budget has room for ROOM chunks of that size. So
   *       growth is never the reason for a refusal of the same request, and slows down as the budget is used up.
   *
   * Memory order
   *   newest   volatile; it decides what is kept and how large the next chunk is, and orders nothing. Of two fresh
   *            chunks at a time the one that comes last counts.
   */

  /** For how many chunks of its size there has to be room when a chunk is larger than needed. */
  private static final long ROOM = 8;

  private final long first;
  private final long largest;
  private final long oversized;
  private volatile long newest;

  /**
   * Constructs sizes.
   *
   * @param first that of the first chunk, a power of two
   * @param largest that at which growth ends, a power of two
   * @param oversized what is larger gets a chunk of its own
   */
  ChunkSizes(long first, long largest, long oversized) {
    this.first = first;
    this.largest = Math.max(first, largest);
    this.oversized = Math.min(this.largest, oversized);
  }

  /** The size over which a request gets a chunk of its own. */
  long oversized() {
    return oversized;
  }

  /** The least size of a chunk that serves a request, unless that is oversized. */
  long least(long minBytes) {
    return Math.max(first, powerOfTwo(minBytes));
  }

  /** The size of a fresh chunk for a request that needs the least; with the account's lock held. */
  long fresh(long least, ByteAccount account) {
    long grown = newest == 0 ? least : Math.max(least, Math.min(2 * newest, largest));
    while (grown > least && !account.hasRoom(ROOM * (grown + ChunkProvider.HEADER_BYTES))) {
      grown >>= 1;
    }
    return grown;
  }

  /** That of the newest chunk, or of the first. */
  long inUse() {
    return Math.max(first, newest);
  }

  /** Hears of a chunk that has come from the system. */
  void grew(long bytes) {
    newest = bytes;
  }

  /** Whether a chunk that comes back is kept. */
  boolean keeps(long bytes) {
    return bytes >= newest;
  }

  private static long powerOfTwo(long bytes) {
    return bytes <= 1 ? 1 : Long.highestOneBit(bytes - 1) << 1;
  }
}
