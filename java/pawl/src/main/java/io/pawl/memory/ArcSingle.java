package io.pawl.memory;

import java.lang.foreign.MemorySegment;

/**
 * A handle of one value in a slice of native memory. It is an {@link ArcSlice} that knows what its
 * bytes mean, and what is said there of handles holds here.
 *
 * {@snippet :
 * ArcSingle<Point> origin = slices.allocate(TYPE, new Point(0, 0));
 * ArcSingle<Point> other = origin.retain(); // the same value, to be closed by its owner
 * }
 *
 * <p>Reading and writing are not atomic and order nothing: threads that share a value synchronize
 * by other means.
 *
 * @param <T> the type of the value
 */
public final class ArcSingle<T> implements AutoCloseable {

  private final ArcElements<T> elements;

  /** Constructs a view of elements, of which there is one. */
  ArcSingle(ArcElements<T> elements) {
    this.elements = elements;
  }

  /**
   * Reads the value.
   *
   * @return the value
   * @throws IllegalStateException if this handle is closed
   */
  public T get() {
    return elements.get(0);
  }

  /**
   * Writes the value. The former one is not cleaned up.
   *
   * @param value the new value
   * @throws IllegalStateException if this handle is closed
   */
  public void set(T value) {
    elements.set(0, value);
  }

  /**
   * The memory of the value.
   *
   * @return a segment that any thread may access while a handle of the value is open
   * @throws IllegalStateException if this handle is closed
   */
  public MemorySegment segment() {
    return elements.element(0);
  }

  /**
   * Makes another handle of the value.
   *
   * @return the handle, to be closed by its owner
   * @throws IllegalStateException if this handle is closed
   */
  public ArcSingle<T> retain() {
    ArcElements<T> other = elements.retain();
    try {
      return new ArcSingle<>(other);
    } catch (Throwable t) {
      other.close();
      throw t;
    }
  }

  /**
   * Views this handle as a slice of one element.
   *
   * @return a view of the same handle: whichever of the two is closed, both are
   */
  public ArcElements<T> asElements() {
    return elements;
  }

  /**
   * Closes this handle, from any thread. If it is the last, the value is cleaned up as its type
   * says; what that throws is thrown here, and the value counts as closed.
   *
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public void close() {
    elements.close();
  }

  /**
   * Names the handle and its state.
   *
   * @return the identity, the layout of the value, and {@code Open} or {@code Closed}
   */
  @Override
  public String toString() {
    return "ArcSingle@%x[%s]".formatted(System.identityHashCode(this), elements);
  }
}
