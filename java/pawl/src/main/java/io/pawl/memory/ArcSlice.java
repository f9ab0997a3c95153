package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A handle of a slice of a shared chunk of native memory, made by a {@link SliceAllocator}. The
 * chunk goes back to its provider when the last handle of its slices is closed.
 *
 * <p>Each owner has a handle of its own: it {@linkplain #retain retains} one for the next owner and
 * closes its own, once. A handle that is used or closed after it has been closed throws {@link
 * IllegalStateException}, always: also when two threads close it at once. A handle may be passed to
 * any thread.
 *
 * {@snippet :
 * ArcSlice record = allocator.allocate(length);
 * ArcSlice copy = record.retain();
 * executor.execute(() -> {
 *   try (copy) {
 *     send(copy.segment());
 *   }
 * });
 * }
 *
 * <p>A handle that is forgotten keeps its chunk from going back for ever: the garbage collector
 * closes none. {@link LeakDetection} finds such handles.
 *
 * <p><b>Stale segments.</b> A segment must not be used after the handles of its slice have been
 * closed. It then may show other slices that take its place, or throw; memory that has gone back to
 * the system is never accessed. See {@link ChunkProvider.Builder#poison} and {@link LeakDetection}
 * for ways to find mistakes.
 *
 * <p><b>Memory consistency effects.</b> Actions of any owner before it closes its handle
 * <i>happen-before</i> another use of the chunk.
 *
 * <p><b>Stack overflow.</b> When {@code close} throws {@link StackOverflowError} the handle is open
 * or closed, and closing it again tells which; no chunk is lost by that. When an allocation or
 * {@link #retain} does, its chunk may never go back.
 *
 * <p><b>Cost.</b> Retaining and closing take one atomic compare-and-set each; one time in 58 they
 * take two more. A handle takes 24 bytes of the heap if its chunk has at most 64 KiB, else 32. For
 * a slice with a {@linkplain SliceAllocator#allocate(long, java.util.function.Consumer) cleanup}
 * they cost what they cost for an {@link Arc}, and a handle takes 40 bytes.
 */
public abstract sealed class ArcSlice implements AutoCloseable permits HeldSlice, CleanedSlice {

  ArcSlice() {}

  /**
   * The length of the slice.
   *
   * @return its size in bytes
   */
  public abstract long byteSize();

  /**
   * The slice.
   *
   * @return a segment that any thread may access while a handle of the slice is open
   * @throws IllegalStateException if this handle is closed
   */
  public abstract MemorySegment segment();

  /**
   * Makes another handle of the slice.
   *
   * @return the handle, to be closed by its owner
   * @throws IllegalStateException if this handle is closed
   */
  public abstract ArcSlice retain();

  /**
   * Closes this handle, from any thread. If it is the last of a slice with a cleanup, that is run;
   * what it throws is thrown here, and the slice counts as closed.
   *
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public abstract void close();

  /**
   * Closes the only handle of a slice, which is not cleaned up; the caller knows that there is
   * stack for it.
   */
  abstract void closeInRoom();

  /** What a report calls this handle. */
  final String handleName() {
    return "A handle of a slice of %d bytes".formatted(byteSize());
  }

  /** Whether this handle has not been closed. */
  abstract boolean isOpen();

  /** Whether the slice lies at a place of a chunk. */
  abstract boolean isAt(@Nullable SliceChunk chunk, long offset);

  final IllegalStateException closed() {
    return new IllegalStateException("Closed already: " + this);
  }

  /**
   * Names the handle and its state.
   *
   * @return the identity, the length, and {@code Open} or {@code Closed}
   */
  @Override
  public String toString() {
    return "ArcSlice@%x[%d bytes, %s]"
        .formatted(System.identityHashCode(this), byteSize(), isOpen() ? "Open" : "Closed");
  }
}
