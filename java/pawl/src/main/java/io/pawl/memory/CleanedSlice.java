package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A handle of a slice with a cleanup, which is run once, with the last of its handles. */
final class CleanedSlice extends ArcSlice {

  /*
   * Algorithm: the slice and its cleanup are the value of an Arc, and each handle is one of that. The value has a
   * hold on the chunk by itself. So the cleanup is run by the close that the Arc knows to be the last, and the hold
   * is dropped after it.
   *
   *   made, filled and handed out ---last close---> cleaned up ---> hold dropped
   *     |                                                           ^
   *     +-------the initializer fails-------------------------------+
   *
   * Invariants
   *   I1  The chunk does not go back before the cleanup is through, whatever that throws.
   *   I2  The last close needs no memory: the segment for the cleanup is there from the beginning.
   */
  static final class Value implements AutoCloseable {
    private final HeldSlice slice;
    private final MemorySegment segment;
    private final Consumer<? super MemorySegment> cleanup;

    private Value(HeldSlice slice, Consumer<? super MemorySegment> cleanup) {
      this.slice = slice;
      this.segment = slice.segment();
      this.cleanup = cleanup;
    }

    /** What a report calls a handle. */
    String handleName() {
      return slice.handleName();
    }

    /** Called by the last handle, which has seen to it that there is stack. */
    @Override
    public void close() {
      try {
        cleanup.accept(segment);
      } finally {
        slice.closeInRoom();
      }
    }
  }

  private final Arc<Value> arc;
  private final Value value;

  private CleanedSlice(Arc<Value> arc, Value value) {
    this.arc = arc;
    this.value = value;
  }

  /** Makes the first handle; if that fails, the slice is still the caller's. */
  static CleanedSlice of(HeldSlice slice, Consumer<? super MemorySegment> cleanup) {
    Value value = new Value(slice, cleanup);
    Arc<Value> arc = Arc.of(value);
    try {
      return new CleanedSlice(arc, value);
    } catch (Throwable t) {
      arc.dismiss();
      throw t;
    }
  }

  @Override
  public long byteSize() {
    return value.slice.byteSize();
  }

  @Override
  public MemorySegment segment() {
    requireOpen();
    return value.segment;
  }

  @Override
  public ArcSlice retain() {
    requireOpen();
    Arc<Value> other = arc.retain();
    try {
      return new CleanedSlice(other, value);
    } catch (Throwable t) {
      other.close();
      throw t;
    }
  }

  @Override
  public void close() {
    requireOpen();
    arc.close();
  }

  @Override
  void closeInRoom() {
    arc.dismiss();
    value.slice.closeInRoom();
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw closed();
    }
  }

  @Override
  boolean isOpen() {
    return !arc.closedAlready();
  }

  @Override
  boolean isAt(@Nullable SliceChunk chunk, long offset) {
    return value.slice.isAt(chunk, offset);
  }
}
