package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.lang.foreign.MemorySegment;

/** A chunk of native memory that is in use, from a {@link ChunkProvider}. */
public final class Chunk extends OnceClosed implements AutoCloseable {

  private final ChunkProvider provider;
  private final Block block;

  Chunk(ChunkProvider provider, Block block) {
    this.provider = provider;
    this.block = block;
  }

  /**
   * The memory, all of it. See {@link ChunkProvider} on segments that outlive the chunk.
   *
   * @return a segment that any thread may access
   * @throws IllegalStateException if this chunk has been given back
   */
  public MemorySegment segment() {
    requireOpen();
    return block.memory;
  }

  /**
   * Gives the chunk back to its provider, from any thread.
   *
   * @throws IllegalStateException if it has been given back already
   */
  @Override
  public void close() {
    StackRoom.forWake(); // what follows is not left half done
    closeInRoom();
  }

  /** Gives the chunk back as {@link #close} does; the caller knows that there is stack for it. */
  void closeInRoom() {
    claimClose(); // from here on nothing fails before the provider has the block
    provider.giveBack(block, block.cacheable);
  }

  /** Gives the chunk back as {@link #close} does, to be freed and not to be reused. */
  void discard() {
    claimClose();
    provider.giveBack(block, false);
  }
}
