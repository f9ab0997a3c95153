package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of an arena and how far it has been given away, in one object: no thread can pair the
 * position of one chunk with the end of another.
 */
final class Bump extends BumpPosition {

  /*
   * Invariants
   *   I1  What is before min(position, limit) has been given away, each byte at most once: pieces are the results of
   *       atomic adds, and a piece that does not end within the limit is not used.
   *   I2  Positions are multiples of GRAIN, so pieces of no greater alignment need no room for it.
   *   I3  The position is at most the limit and one failed add for each thread, of no more than the limit: who fails
   *       takes the lock next, and leaves the chunk or sets the position back to the limit. It cannot overflow.
   *
   * Memory order
   *   position   atomic add; orders nothing else, since a piece is its taker's alone
   *   the rest   final, or under the arena's lock
   */

  /** What sizes are rounded up to, and the alignment that costs nothing. */
  static final long GRAIN = 8;

  private static final AtomicLongFieldUpdater<BumpPosition> POSITION =
      AtomicLongFieldUpdater.newUpdater(BumpPosition.class, "position");

  /** Padding behind the position, as before it. */
  long q1;

  long q2;
  long q3;
  long q4;
  long q5;
  long q6;
  long q7;

  /**
   * Constructs one whose first bytes have been given away.
   *
   * @param chunk null if there is no memory
   * @param memory all of the chunk
   * @param used how many bytes
   * @param next the chunk that the arena got before
   */
  Bump(@Nullable Chunk chunk, MemorySegment memory, long used, @Nullable Bump next) {
    super(chunk, memory, next);
    POSITION.lazySet(this, used);
  }

  /** How many bytes a piece takes, alignment included; negative if that overflows. */
  static long need(long bytes, long alignment) {
    return ((bytes + GRAIN - 1) & -GRAIN) + Math.max(0, alignment - GRAIN);
  }

  /**
   * Gives a piece away.
   *
   * @return its start, or a negative number if it does not fit
   */
  long take(long need) {
    long start = POSITION.getAndAdd(this, need);
    return start + need <= limit ? start : -1;
  }

  /** Takes failed adds back, so that they do not add up; what is left stays to be taken. */
  void settle() {
    if (position > limit) { // and stays so: nothing is left
      POSITION.set(this, limit);
    }
  }

  /** The segment of a piece. */
  MemorySegment piece(long start, long bytes, long alignment) {
    long offset = start;
    if (alignment > GRAIN) {
      offset = ((address + start + alignment - 1) & -alignment) - address;
    }
    return memory.asSlice(offset, bytes);
  }
}

/** What is read at each allocation, on another cache line than what is written. */
abstract class BumpMemory {
  final @Nullable Chunk chunk;
  final @Nullable Bump next;
  final MemorySegment memory;
  final long limit;
  final long address;

  BumpMemory(@Nullable Chunk chunk, MemorySegment memory, @Nullable Bump next) {
    this.chunk = chunk;
    this.next = next;
    this.memory = memory;
    this.limit = memory.byteSize();
    this.address = memory.address();
  }
}

/** The position, alone on its cache line. */
abstract class BumpPosition extends BumpMemory {
  long p1;
  long p2;
  long p3;
  long p4;
  long p5;
  long p6;
  long p7;
  volatile long position;

  BumpPosition(@Nullable Chunk chunk, MemorySegment memory, @Nullable Bump next) {
    super(chunk, memory, next);
  }
}
