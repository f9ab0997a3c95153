package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of native memory that is in use, from a {@link ChunkProvider}.
 *
 * <p>A chunk that is forgotten keeps its memory for ever: the garbage collector gives none back.
 * {@link LeakDetection} finds such chunks.
 */
public final class Chunk extends OnceClosed implements AutoCloseable {

  private final ChunkProvider provider;
  private final Block block;
  private final @Nullable LeakWatch watch;

  /**
   * Constructs a chunk in use.
   *
   * @param own whether it is its user's, who may lose it, and not that of another object
   */
  Chunk(ChunkProvider provider, Block block, boolean own) {
    this.provider = provider;
    this.block = block;
    this.watch = own && LeakDetection.wants() ? LeakDetection.watch(this, name()) : null;
  }

  private String name() {
    return "A chunk of %d bytes".formatted(block.byteSize());
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
    try {
      LeakDetection.ended(watch);
      closeInRoom();
    } finally {
      Reference.reachabilityFence(this); // a chunk that is being closed is not lost
    }
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
