package io.pawl.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A handle of a slice of native memory that holds elements of one type, one after the other. It is
 * an {@link ArcSlice} that knows what its bytes mean, and what is said there of handles holds here.
 *
 * {@snippet :
 * try (ArcElements<Point> line = slices.tryAllocate(TYPE, 100, i -> new Point(i, 0))) {
 *   line.set(3, new Point(3, 7));
 *   Point last = line.get(line.length() - 1);
 * }
 * }
 *
 * <p>Reading and writing are not atomic and order nothing: threads that share elements synchronize
 * by other means.
 *
 * <p><b>Views.</b> {@link #asSlice}, {@link #asSingle} and {@link #of} look at the same handle in
 * another way, without a cost but that of the object: whichever of them is closed, all are.
 *
 * @param <T> the type of the elements
 */
public final class ArcElements<T> implements AutoCloseable {

  /**
   * Makes the elements of a new slice.
   *
   * @param <T> their type
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Initializer<T, E extends Exception> {

    /**
     * Makes an element. They are asked for in the order of their indices.
     *
     * @param index which
     * @return its value
     * @throws E if it cannot be made
     */
    T initialize(long index) throws E;
  }

  private final ElementType<T> type;
  private final ArcSlice slice;

  ArcElements(ElementType<T> type, ArcSlice slice) {
    this.type = type;
    this.slice = slice;
  }

  /**
   * Views a slice as elements. What they contain is up to the slice, and the type's cleanup is not
   * run for them.
   *
   * @param <T> the type of the elements
   * @param type how they are kept
   * @param slice the handle
   * @return a view of that handle
   * @throws IllegalArgumentException if the length of the slice is not a multiple of an element's
   * @throws NullPointerException if an argument is null
   */
  public static <T> ArcElements<T> of(ElementType<T> type, ArcSlice slice) {
    long rest = slice.byteSize() % type.layout().byteSize();
    if (rest != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no multiple of %d".formatted(slice.byteSize(), type.layout().byteSize()));
    }
    return new ArcElements<>(type, slice);
  }

  /**
   * How many elements there are.
   *
   * @return the number
   */
  public long length() {
    return type.count(slice.byteSize());
  }

  /**
   * Reads an element.
   *
   * @param index which
   * @return its value
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws IllegalStateException if this handle is closed
   */
  public T get(long index) {
    return type.read(slice.segment(), Objects.checkIndex(index, length()));
  }

  /**
   * Writes an element. The former one is not cleaned up.
   *
   * @param index which
   * @param value its new value
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws IllegalStateException if this handle is closed
   */
  public void set(long index, T value) {
    type.write(slice.segment(), Objects.checkIndex(index, length()), value);
  }

  /**
   * The memory of an element.
   *
   * @param index which
   * @return a segment that any thread may access while a handle of the slice is open
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws IllegalStateException if this handle is closed
   */
  public MemorySegment element(long index) {
    long size = type.layout().byteSize();
    return slice.segment().asSlice(Objects.checkIndex(index, length()) * size, size);
  }

  /**
   * Makes another handle of the elements.
   *
   * @return the handle, to be closed by its owner
   * @throws IllegalStateException if this handle is closed
   */
  public ArcElements<T> retain() {
    ArcSlice other = slice.retain();
    try {
      return new ArcElements<>(type, other);
    } catch (Throwable t) {
      other.close();
      throw t;
    }
  }

  /**
   * Views this handle as bytes.
   *
   * @return the same handle
   */
  public ArcSlice asSlice() {
    return slice;
  }

  /**
   * Views this handle as the single element that it has.
   *
   * @return a view of the same handle
   * @throws IllegalStateException if there are more, or none
   */
  public ArcSingle<T> asSingle() {
    if (length() != 1) {
      throw new IllegalStateException("Not a single element: " + this);
    }
    return new ArcSingle<>(this);
  }

  /**
   * Closes this handle, from any thread. If it is the last, the elements are cleaned up as their
   * type says, the last of them first, and each once; what that throws is thrown when all have
   * been, with further exceptions suppressed.
   *
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public void close() {
    slice.close();
  }

  /** Fills a slice; if an element fails, those before it are cleaned up. */
  static <T, E extends Exception> void fill(
      ElementType<T> type, MemorySegment slice, Initializer<? extends T, ? extends E> initializer)
      throws E {
    long count = type.count(slice.byteSize());
    Failures failures = new Failures(); // first, since it may fail
    long made = 0;
    try {
      for (; made < count; made++) {
        type.write(slice, made, initializer.initialize(made));
      }
    } catch (Throwable t) {
      failures.add(t);
      type.cleanUp(slice, made, failures);
      throw t; // the first, with the others suppressed
    }
  }

  /** What the last close of filled elements does, without memory. */
  static Consumer<MemorySegment> cleanup(ElementType<?> type) {
    Failures failures = new Failures();
    return slice -> {
      type.cleanUp(slice, type.count(slice.byteSize()), failures);
      failures.rethrow();
    };
  }

  /**
   * Names the handle and its state.
   *
   * @return the identity, the number and the layout of the elements, and {@code Open} or {@code
   *     Closed}
   */
  @Override
  public String toString() {
    return "ArcElements@%x[%d of %s, %s]"
        .formatted(
            System.identityHashCode(this),
            length(),
            type.layout(),
            slice.isOpen() ? "Open" : "Closed");
  }
}
