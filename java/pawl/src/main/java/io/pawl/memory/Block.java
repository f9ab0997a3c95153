package io.pawl.memory;

import io.pawl.internal.memory.ReturnStack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of a chunk, for as long as its provider holds it. */
final class Block extends ReturnStack.Node<Block> {

  private static final long ALIGNMENT = 64;

  private final Arena arena;

  /** All of it. */
  final MemorySegment memory;

  /** Whether it may be handed out again. */
  final boolean cacheable;

  private Block(Arena arena, MemorySegment memory, boolean cacheable) {
    this.arena = arena;
    this.memory = memory;
    this.cacheable = cacheable;
  }

  /**
   * Allocates zeroed memory.
   *
   * @throws OutOfMemoryError if there is none
   */
  static Block allocate(long bytes, boolean cacheable) {
    Arena arena = Arena.ofShared();
    try {
      return new Block(arena, arena.allocate(bytes, ALIGNMENT), cacheable);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** The size of the memory, in bytes. */
  long byteSize() {
    return memory.byteSize();
  }

  /**
   * Gives the memory back to the system; accesses by segments of it throw from then on. If that
   * fails it can be repeated: some of it may be gone.
   *
   * @return false if a native call is using it right now
   */
  boolean tryFree() {
    try {
      arena.close();
    } catch (IllegalStateException e) {
      return !memory.scope().isAlive();
    }
    return true;
  }
}
