package io.pawl.internal.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Small pieces of native memory for the length of one call each. Any thread takes one and gives it
 * back without a lock and without allocation; the memory goes with this object.
 */
class Scratch {
  /*
   * Algorithm: a list of chunks that only grows. Bit i of a chunk's word is set while piece i is taken.
   * Who finds all chunks full tries to append one, and does without a piece if there is no memory.
   */

  /** The bytes of a piece, which is aligned to as many. */
  static final int PIECE = 32;

  private static final int PIECES = Long.SIZE;

  private final Chunk first = new Chunk();

  /**
   * Takes a piece.
   *
   * @return its address, or 0 if all are taken and there is no memory for more
   */
  long take() {
    for (Chunk chunk = first; ; ) {
      long address = chunk.take();
      if (address != 0) {
        return address;
      }
      Chunk next = chunk.next;
      if (next == null) {
        next = append(chunk);
        if (next == null) {
          return 0;
        }
      }
      chunk = next;
    }
  }

  /** Gives back what {@link #take} has returned. */
  void giveBack(long address) {
    chunkOf(address).giveBack(address);
  }

  /** Returns a taken piece as a segment, which allocates. */
  MemorySegment segment(long address) {
    Chunk chunk = chunkOf(address);
    return chunk.memory.asSlice(address - chunk.address, PIECE);
  }

  private Chunk chunkOf(long address) {
    Chunk chunk = first;
    while (address - chunk.address < 0 || address - chunk.address >= PIECES * PIECE) {
      Chunk next = chunk.next;
      if (next == null) {
        throw new IllegalArgumentException("no piece of this memory");
      }
      chunk = next;
    }
    return chunk;
  }

  private static @Nullable Chunk append(Chunk last) {
    try {
      Chunk chunk = new Chunk();
      synchronized (last) {
        Chunk next = last.next;
        if (next == null) {
          last.next = next = chunk;
        }
        return next;
      }
    } catch (OutOfMemoryError _) {
      return null;
    }
  }

  private static final class Chunk {
    final MemorySegment memory = Arena.ofAuto().allocate((long) PIECES * PIECE, PIECE);
    final long address = memory.address();
    private final AtomicLong taken = new AtomicLong();
    private volatile @Nullable Chunk next;

    /** Returns the address of a piece that was free, or 0. */
    long take() {
      for (long bits = taken.get(); bits != -1; bits = taken.get()) {
        long bit = Long.lowestOneBit(~bits);
        if (taken.compareAndSet(bits, bits | bit)) {
          return address + (long) Long.numberOfTrailingZeros(bit) * PIECE;
        }
      }
      return 0;
    }

    void giveBack(long piece) {
      long bit = 1L << ((piece - address) / PIECE);
      for (long bits = taken.get(); !taken.compareAndSet(bits, bits & ~bit); bits = taken.get()) {}
    }
  }
}
