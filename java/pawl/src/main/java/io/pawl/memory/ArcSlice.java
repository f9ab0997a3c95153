package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
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
 * take two more. A handle takes 24 bytes of the heap if its chunk has at most 64 KiB, else 32.
 */
public abstract sealed class ArcSlice implements AutoCloseable {

  private static final int TRACKED = 1 << 6;
  private static final int HOLD = TRACKED - 1;

  private final HoldCell cell;

  /** Which hold of the cell is this handle's, and whether leak detection knows of it. */
  private final byte hold;

  private ArcSlice(HoldCell cell, int hold) {
    this.cell = cell;
    this.hold = (byte) hold;
  }

  /** Makes a handle of a part of a chunk on which the caller has a hold. */
  static ArcSlice of(SliceChunk chunk, long offset, long length) {
    for (; ; ) {
      HoldCell cell = chunk.open();
      int hold = cell.take();
      if (hold >= 0) {
        return of(cell, hold, offset, length);
      }
      HoldCell fresh = chunk.replace(cell);
      if (fresh != null) {
        return of(fresh, 0, offset, length);
      }
    }
  }

  /** Makes a handle of a hold that has been taken, which is dropped if that fails. */
  static ArcSlice of(HoldCell cell, int hold, long offset, long length) {
    try {
      if (!LeakDetection.wants()) {
        return handle(cell, hold, offset, length);
      }
      ArcSlice slice = handle(cell, hold | TRACKED, offset, length);
      LeakDetection.track(slice, cell, hold);
      return slice;
    } catch (Throwable t) {
      boolean _ = cell.drop(hold);
      throw t;
    }
  }

  private static ArcSlice handle(HoldCell cell, int hold, long offset, long length) {
    return cell.chunk.narrow
        ? new Narrow(cell, hold, offset, length)
        : new Wide(cell, hold, offset, length);
  }

  abstract long offset();

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
  public MemorySegment segment() {
    requireOpen();
    return cell.chunk.memory.asSlice(offset(), byteSize());
  }

  /**
   * Makes another handle of the slice.
   *
   * @return the handle, to be closed by its owner
   * @throws IllegalStateException if this handle is closed
   */
  public ArcSlice retain() {
    requireOpen();
    return of(cell.chunk, offset(), byteSize());
  }

  /**
   * Closes this handle, from any thread.
   *
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public void close() {
    try {
      if ((hold & TRACKED) != 0) {
        untrack();
      }
      if (!cell.drop(hold & HOLD)) {
        throw closed();
      }
    } finally {
      Reference.reachabilityFence(this); // a handle that is being closed is not lost
    }
  }

  /** A handle that is still watched for want of memory is not reported: it is not held. */
  private void untrack() {
    try {
      LeakDetection.untrack(cell, hold & HOLD);
    } catch (OutOfMemoryError e) {
      // The watch ends when this handle is unreachable.
    }
  }

  private void requireOpen() {
    if (!cell.isHeld(hold & HOLD)) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("Closed already: " + this);
  }

  /** What a report calls this handle. */
  final String handleName() {
    return "A handle of a slice of %d bytes".formatted(byteSize());
  }

  /** Whether the slice lies at a place of a chunk. */
  final boolean isAt(@Nullable SliceChunk chunk, long offset) {
    return cell.chunk == chunk && offset() == offset;
  }

  /**
   * Names the handle and its state.
   *
   * @return the identity, the length, and {@code Open} or {@code Closed}
   */
  @Override
  public String toString() {
    return "ArcSlice@%x[%d bytes, %s]"
        .formatted(
            System.identityHashCode(this),
            byteSize(),
            cell.isHeld(hold & HOLD) ? "Open" : "Closed");
  }

  /** In a chunk of at most 2^16 bytes; not empty. */
  private static final class Narrow extends ArcSlice {
    private final short offset;
    private final short last;

    Narrow(HoldCell cell, int hold, long offset, long length) {
      super(cell, hold);
      this.offset = (short) offset;
      this.last = (short) (length - 1);
    }

    @Override
    long offset() {
      return Short.toUnsignedLong(offset);
    }

    @Override
    public long byteSize() {
      return Short.toUnsignedLong(last) + 1;
    }
  }

  /** In a chunk of any size. */
  private static final class Wide extends ArcSlice {
    private final int offset;
    private final int length;

    Wide(HoldCell cell, int hold, long offset, long length) {
      super(cell, hold);
      this.offset = (int) offset;
      this.length = (int) length;
    }

    @Override
    long offset() {
      return offset;
    }

    @Override
    public long byteSize() {
      return length;
    }
  }
}
