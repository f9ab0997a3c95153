package io.pawl.memory;

import io.pawl.internal.memory.ReturnStack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Memory of a chunk, for as long as its provider holds it. */
final class Block extends ReturnStack.Node<Block> {

  private static final long ALIGNMENT = 64;

  /** A thread that owns no memory, and is never started; it keeps nothing of the first caller. */
  private static final Thread ANYBODY =
      Thread.ofVirtual().inheritInheritableThreadLocals(false).unstarted(() -> {});

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
   * Allocates memory in an arena of its own.
   *
   * @throws OutOfMemoryError if there is none
   * @throws IllegalStateException if the arena gives memory that cannot be used
   */
  static Block allocate(Supplier<? extends Arena> arenas, long bytes, boolean cacheable) {
    Arena arena = arenas.get();
    try {
      return new Block(arena, usable(arena.allocate(bytes, ALIGNMENT), bytes), cacheable);
    } catch (Throwable t) {
      close(arena, t);
      throw t;
    }
  }

  private static void close(Arena arena, Throwable failure) {
    try {
      arena.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static MemorySegment usable(MemorySegment memory, long bytes) {
    if (!memory.isNative()
        || memory.isReadOnly()
        || !memory.isAccessibleBy(ANYBODY)
        || memory.byteSize() < bytes
        || memory.address() % ALIGNMENT != 0) {
      throw new IllegalStateException(
          "The arena of a chunk has to give %d bytes aligned to %d that all threads may write: %s"
              .formatted(bytes, ALIGNMENT, memory));
    }
    return memory.byteSize() == bytes ? memory : memory.asSlice(0, bytes);
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
