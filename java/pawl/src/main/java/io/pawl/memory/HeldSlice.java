package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** A handle that is a hold on the chunk of its slice, and knows the place of that. */
abstract sealed class HeldSlice extends ArcSlice {

  private static final int TRACKED = 1 << 6;
  private static final int HOLD = TRACKED - 1;

  private final HoldCell cell;

  /** Which hold of the cell is this handle's, and whether leak detection knows of it. */
  private final byte hold;

  private HeldSlice(HoldCell cell, int hold) {
    this.cell = cell;
    this.hold = (byte) hold;
  }

  /**
   * Makes a handle of a part of a chunk on which the caller has a hold.
   *
   * @param own whether it is its user's, who may lose it, and not that of another object
   */
  static HeldSlice of(SliceChunk chunk, long offset, long length, boolean own) {
    for (; ; ) {
      HoldCell cell = chunk.open();
      int hold = cell.take();
      if (hold >= 0) {
        return of(cell, hold, offset, length, own);
      }
      HoldCell fresh = chunk.replace(cell);
      if (fresh != null) {
        return of(fresh, 0, offset, length, own);
      }
    }
  }

  /** Makes a handle of a slice of no bytes, which lies in no chunk. */
  static HeldSlice ofNothing(boolean own) {
    return of(new SliceChunk(null).open(), 0, 0, 0, own);
  }

  /** Makes a handle of a hold that has been taken, which is dropped if that fails. */
  private static HeldSlice of(HoldCell cell, int hold, long offset, long length, boolean own) {
    try {
      if (!own || !LeakDetection.wants()) {
        return handle(cell, hold, offset, length);
      }
      HeldSlice slice = handle(cell, hold | TRACKED, offset, length);
      LeakDetection.track(slice, cell, hold);
      return slice;
    } catch (Throwable t) {
      boolean _ = cell.drop(hold);
      throw t;
    }
  }

  private static HeldSlice handle(HoldCell cell, int hold, long offset, long length) {
    return cell.chunk.narrow
        ? new Narrow(cell, hold, offset, length)
        : new Wide(cell, hold, offset, length);
  }

  abstract long offset();

  @Override
  public final MemorySegment segment() {
    requireOpen();
    return cell.chunk.memory.asSlice(offset(), byteSize());
  }

  @Override
  public final ArcSlice retain() {
    requireOpen();
    return of(cell.chunk, offset(), byteSize(), true);
  }

  @Override
  public final void close() {
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

  /** Nobody else has this handle, and it is not watched. */
  @Override
  final void closeInRoom() {
    boolean _ = cell.dropInRoom(hold & HOLD);
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw closed();
    }
  }

  @Override
  final boolean isOpen() {
    return cell.isHeld(hold & HOLD);
  }

  @Override
  final boolean isAt(@Nullable SliceChunk chunk, long offset) {
    return cell.chunk == chunk && offset() == offset;
  }

  /** In a chunk of at most 2^16 bytes; not empty. */
  private static final class Narrow extends HeldSlice {
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
  private static final class Wide extends HeldSlice {
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
