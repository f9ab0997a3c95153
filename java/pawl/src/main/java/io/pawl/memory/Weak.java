package io.pawl.memory;

import java.util.Optional;

/**
 * A handle of an {@linkplain Arc#downgrade() Arc's} value that does not keep it from being closed.
 *
 * {@snippet :
 * Optional<Arc<Session>> session = weak.upgrade();
 * if (session.isPresent()) {
 *   try (var held = session.get()) {
 *     held.get().ping();
 *   }
 * }
 * }
 *
 * <p>Each owner has a weak handle of its own, as with {@link Arc}: it {@linkplain #retain retains}
 * one for the next owner and closes its own, once. It may be passed to any thread. It holds no
 * resource: one that is never closed only keeps {@link Arc#getIfUnique} from finding the value
 * unshared, and a little of the heap.
 *
 * <p><b>Memory consistency effects.</b> Actions before the weak handle was made, and before each
 * handle was retained, <i>happen-before</i> those after an {@link #upgrade} that is not empty.
 *
 * <p><b>Cost.</b> Upgrading allocates a handle and takes one atomic read-modify-write.
 *
 * @param <T> the type of the value
 */
public final class Weak<T extends AutoCloseable> extends OnceClosed implements AutoCloseable {

  private final Arc.Shared<T> shared;

  /** Constructs a weak handle that has been counted. */
  Weak(Arc.Shared<T> shared) {
    this.shared = shared;
  }

  /**
   * Makes a handle of the value unless its last has been closed.
   *
   * @return the handle, to be closed by its owner, or empty
   * @throws IllegalStateException if this weak handle is closed, or if there are 2<sup>31</sup>-1
   *     handles
   */
  public Optional<Arc<T>> upgrade() {
    requireOpen();
    Arc<T> handle = new Arc<>(shared); // first, since it may fail
    Optional<Arc<T>> upgraded;
    try {
      upgraded = Optional.of(handle);
    } catch (OutOfMemoryError e) {
      handle.dismiss();
      throw e;
    }
    return handle.countIn() ? upgraded : Optional.empty();
  }

  /**
   * Makes another weak handle of the value, whether or not that has been closed.
   *
   * @return the weak handle, to be closed by its owner
   * @throws IllegalStateException if this weak handle is closed, or if there are 2<sup>31</sup>-1
   *     weak ones
   */
  public Weak<T> retain() {
    requireOpen();
    Weak<T> weak = new Weak<>(shared); // first, since it may fail
    if (!shared.counter.retainWeak()) { // this weak handle was being closed
      throw closed();
    }
    return weak;
  }

  /**
   * Closes this weak handle; the value is left alone.
   *
   * @throws IllegalStateException if it is closed already
   */
  @Override
  public void close() {
    claimClose();
    try {
      shared.counter.dropWeak();
    } catch (StackOverflowError e) { // before it is dropped
      status = OPEN;
      throw e;
    }
  }
}
