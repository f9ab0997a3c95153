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

  /** Whether it may be handed out again; changed by its user only. */
  boolean reusable;

  private Block(Arena arena, MemorySegment memory, boolean reusable) {
    this.arena = arena;
    this.memory = memory;
    this.reusable = reusable;
  }

  /**
   * Allocates zeroed memory.
   *
   * @throws OutOfMemoryError if there is none
   */
  static Block allocate(long bytes, boolean reusable) {
    Arena arena = Arena.ofShared();
    try {
      return new Block(arena, arena.allocate(bytes, ALIGNMENT), reusable);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /**
   * Gives the memory back to the system; accesses by segments of it throw from then on. If that
   * fails it can be repeated, and the memory is not handed out again: some of it may be gone.
   *
   * @return false if a native call is using it right now
   */
  boolean tryFree() {
    boolean wasReusable = reusable;
    reusable = false;
    try {
      arena.close();
    } catch (IllegalStateException e) {
      if (memory.scope().isAlive()) {
        reusable = wasReusable;
        return false;
      }
    }
    return true;
  }
}
