package io.pawl.memory;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How values of a type are kept in native memory: their layout, how one is read and written, and
 * what is to be done with one that is not needed any more.
 *
 * {@snippet :
 * static final StructLayout POINT = structLayout(JAVA_INT.withName("x"), JAVA_INT.withName("y"));
 * static final ElementType<Point> TYPE =
 *     ElementType.of(
 *         POINT,
 *         (segment, at) -> new Point(segment.get(JAVA_INT, at), segment.get(JAVA_INT, at + 4)),
 *         (segment, at, point) -> {
 *           segment.set(JAVA_INT, at, point.x());
 *           segment.set(JAVA_INT, at + 4, point.y());
 *         });
 * }
 *
 * <p>As with the {@linkplain MemoryLayout#varHandle variable handles} of a layout, an element is
 * told by a segment and an offset in it. A type is immutable and may be used by any thread, if its
 * functions may.
 *
 * @param <T> the type of the values
 * @see ArcSingle
 * @see ArcElements
 */
public final class ElementType<T> {

  /**
   * Reads an element.
   *
   * @param <T> the type of its value
   */
  @FunctionalInterface
  public interface Reader<T> {

    /**
     * Reads an element.
     *
     * @param segment where it lies
     * @param offset at which offset, in bytes
     * @return its value
     */
    T read(MemorySegment segment, long offset);
  }

  /**
   * Writes an element.
   *
   * @param <T> the type of its value
   */
  @FunctionalInterface
  public interface Writer<T> {

    /**
     * Writes an element.
     *
     * @param segment where it lies
     * @param offset at which offset, in bytes
     * @param value its value from now on
     */
    void write(MemorySegment segment, long offset, T value);
  }

  /** What slices are aligned to. */
  private static final long ALIGNMENT = 8;

  private final MemoryLayout layout;
  private final long size;
  private final Reader<? extends T> reader;
  private final Writer<? super T> writer;
  private final @Nullable ObjLongConsumer<? super MemorySegment> cleanup;

  private ElementType(
      MemoryLayout layout,
      Reader<? extends T> reader,
      Writer<? super T> writer,
      @Nullable ObjLongConsumer<? super MemorySegment> cleanup) {
    this.layout = layout;
    this.size = layout.byteSize();
    this.reader = reader;
    this.writer = writer;
    this.cleanup = cleanup;
  }

  /**
   * Describes values.
   *
   * @param <T> the type of the values
   * @param layout the layout of each; its size is a multiple of its alignment and not 0, and its
   *     alignment 8 bytes at most
   * @param reader what reads an element
   * @param writer what writes one
   * @return the description
   * @throws IllegalArgumentException if the layout is of no such size or alignment
   * @throws NullPointerException if an argument is null
   */
  public static <T> ElementType<T> of(
      MemoryLayout layout, Reader<? extends T> reader, Writer<? super T> writer) {
    long alignment = layout.byteAlignment();
    if (alignment > ALIGNMENT || layout.byteSize() == 0 || layout.byteSize() % alignment != 0) {
      throw new IllegalArgumentException(
          "Elements lie at multiples of their size in a slice that is aligned to %d bytes: %s"
              .formatted(ALIGNMENT, layout));
    }
    return new ElementType<>(
        layout,
        Objects.requireNonNull(reader, "reader"),
        Objects.requireNonNull(writer, "writer"),
        null);
  }

  /**
   * The same type, with something that is done once with each element that an initializer has made:
   * when the last handle of its slice is closed, or when the initializer of a later one fails.
   *
   * @param cleanup gets the segment of the slice and the offset of the element, in bytes, before
   *     the memory is used for anything else
   * @return the description
   * @throws NullPointerException if cleanup is null
   */
  public ElementType<T> withCleanup(ObjLongConsumer<? super MemorySegment> cleanup) {
    return new ElementType<>(layout, reader, writer, Objects.requireNonNull(cleanup, "cleanup"));
  }

  /**
   * The layout of each element.
   *
   * @return the layout
   */
  public MemoryLayout layout() {
    return layout;
  }

  /** The size of so many elements, in bytes. */
  long byteSize(long count) {
    if (count < 0 || count > Long.MAX_VALUE / size) {
      throw new IllegalArgumentException("A slice cannot have " + count + " elements");
    }
    return count * size;
  }

  /** How many elements a slice has. */
  long count(long byteSize) {
    return byteSize / size;
  }

  T read(MemorySegment slice, long index) {
    return reader.read(slice, index * size);
  }

  void write(MemorySegment slice, long index, T value) {
    writer.write(slice, index * size, value);
  }

  boolean hasCleanup() {
    return cleanup != null;
  }

  /** Cleans elements of a slice up, the last of so many first, and notes what that throws. */
  void cleanUp(MemorySegment slice, long count, Failures failures) {
    if (cleanup != null) {
      for (long i = count - 1; i >= 0; i--) {
        try {
          cleanup.accept(slice, i * size);
        } catch (Throwable t) {
          failures.add(t);
        }
      }
    }
  }
}
