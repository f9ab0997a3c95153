package io.pawl.benchmarks;

import io.pawl.memory.ConcurrentArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * Fills a new arena, with a provider of its own, and closes it: 64 bytes at a time, each piece
 * touched. Measures {@code ns}, the time of a piece, with its part of making and closing.
 */
final class FreshArena implements Task {

  private static final long PIECE = 64;
  private static final long FIRST_CHUNK = 1 << 16;
  private static final long LAST_CHUNK = 1 << 22;

  private final boolean pawl;
  private final long pieces;

  /**
   * Constructs the task.
   *
   * @param name ConcurrentArena, or doubling for chunks that are doubled by hand
   * @param megabytes how much is allocated in each arena
   */
  FreshArena(String name, int megabytes) {
    this.pawl =
        switch (name) {
          case "ConcurrentArena" -> true;
          case "doubling" -> false;
          default -> throw new IllegalArgumentException(name);
        };
    this.pieces = ((long) megabytes << 20) / PIECE;
  }

  @Override
  public Reading turn(int millis, long seed) {
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    long arenas = 0;
    long nanos;
    do {
      fill();
      arenas++;
      nanos = System.nanoTime() - start;
    } while (nanos < millis * 1_000_000L);
    return new Reading()
        .with("ns", (double) nanos / (arenas * pieces))
        .with("cpus", (double) (CpuClock.nanos() - cpu) / nanos);
  }

  private void fill() {
    if (pawl) {
      try (ConcurrentArena arena = new ConcurrentArena()) {
        touch(arena);
      }
    } else {
      try (Arena arena = Arena.ofShared()) {
        touch(new Doubling(arena));
      }
    }
  }

  private void touch(SegmentAllocator allocator) {
    MemorySegment last = MemorySegment.NULL;
    for (long i = 0; i < pieces; i++) {
      last = allocator.allocate(PIECE, 8);
      last.set(ValueLayout.JAVA_LONG, 0, i);
    }
    if (last.get(ValueLayout.JAVA_LONG, 0) != pieces - 1) {
      throw new IllegalStateException("Another value in the last piece");
    }
  }

  /** What a program does by hand: slices of chunks, each twice as large as the one before. */
  private static final class Doubling implements SegmentAllocator {
    private final Arena arena;
    private SegmentAllocator chunk;
    private long size = FIRST_CHUNK;
    private long left;

    Doubling(Arena arena) {
      this.arena = arena;
      this.chunk = SegmentAllocator.slicingAllocator(arena.allocate(size, PIECE));
      this.left = size;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      if (left < byteSize) {
        size = Math.min(2 * size, LAST_CHUNK);
        chunk = SegmentAllocator.slicingAllocator(arena.allocate(size, PIECE));
        left = size;
      }
      left -= byteSize;
      return chunk.allocate(byteSize, byteAlignment);
    }
  }
}
