package io.pawl.memory;

import io.pawl.internal.memory.Closing;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A handle of a value with several owners, which is closed when the last of them closes its handle.
 *
 * <p>Each owner has a handle of its own: it {@linkplain #retain retains} one for the next owner and
 * closes its own, once. A handle that is used or closed after it has been closed throws {@link
 * IllegalStateException}. A handle may be passed to any thread.
 *
 * {@snippet :
 * try (Arc<FileChannel> file = Arc.of(FileChannel.open(path))) {
 *   Arc<FileChannel> other = file.retain();
 *   executor.execute(() -> {
 *     try (other) {
 *       copy(other.get());
 *     }
 *   });
 * } // the file is closed here or by the task, whichever is later
 * }
 *
 * <p>A handle that is forgotten keeps its value open for ever: the garbage collector closes none.
 * {@link LeakDetection} finds such handles.
 *
 * <p>A {@link Weak} handle does not keep the value from being closed and can be upgraded until it
 * is.
 *
 * <p><b>Memory consistency effects.</b> Actions of any owner before it closes its handle
 * <i>happen-before</i> the value is closed, and before those of a thread for which {@link
 * #getIfUnique} is not empty from then on.
 *
 * <p><b>Cost.</b> Retaining allocates a handle and takes one atomic read-modify-write, closing
 * takes two; the last close some hundred nanoseconds more, for the look at the stack. Nothing ever
 * blocks.
 *
 * <p><b>Stack overflow.</b> A handle whose closing throws {@link StackOverflowError} is still open,
 * unless it was the last and the error is the value's own.
 *
 * @param <T> the type of the value
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.Arc.html">Arc in the Rust standard
 *     library</a>
 */
public final class Arc<T extends AutoCloseable> extends OnceClosed implements AutoCloseable {

  /** What all handles of a value have in common. */
  static final class Shared<T extends AutoCloseable> {
    final ArcCounter counter;

    /** Not null while there are handles. */
    @Nullable T value;

    Shared(T value, ArcCounter counter) {
      this.value = value;
      this.counter = counter;
    }
  }

  static {
    Closing.initialize();
  }

  private final Shared<T> shared;
  private final @Nullable LeakWatch watch;

  /** Constructs a handle that is to be counted, or has been. */
  Arc(Shared<T> shared) {
    this.shared = shared;
    this.watch = LeakDetection.wants() ? LeakDetection.watch(this, nameOf(shared.value)) : null;
  }

  private static String nameOf(@Nullable AutoCloseable value) {
    return switch (value) {
      case null -> "A handle of a shared value";
      case CleanedSlice.Value slice -> slice.handleName();
      default -> "A handle of a shared " + value.getClass().getName();
    };
  }

  /**
   * Counts this handle, which is new. If that fails it is not watched either.
   *
   * @return false if there are no handles any more
   */
  boolean countIn() {
    boolean counted = false;
    try {
      counted = shared.counter.retain();
      return counted;
    } finally {
      if (!counted) {
        dismiss();
      }
    }
  }

  /** Gives up this handle, which has not been counted. */
  void dismiss() {
    try {
      LeakDetection.ended(watch);
    } finally {
      Reference.reachabilityFence(this); // it is not lost
    }
  }

  /**
   * Makes the first handle of a value, which from then on is closed by its handles alone.
   *
   * @param <T> the type of the value
   * @param value the value
   * @return the handle
   * @throws NullPointerException if value is null
   */
  public static <T extends AutoCloseable> Arc<T> of(T value) {
    return new Arc<>(new Shared<>(Objects.requireNonNull(value, "value"), new ArcCounter(1)));
  }

  /**
   * The value. It stays open at least until this handle is closed.
   *
   * @return the value
   * @throws IllegalStateException if this handle is closed
   */
  public T get() {
    T value = shared.value;
    requireOpen();
    if (value == null) { // this handle was being closed
      throw closed();
    }
    return value;
  }

  /**
   * The value, if this is its only handle and there is no weak one: then nobody else can reach the
   * value by handles, and it may be changed without synchronization. Weak handles count until they
   * are closed.
   *
   * @return the value, or empty if it is shared
   * @throws IllegalStateException if this handle is closed
   */
  public Optional<T> getIfUnique() {
    boolean unique = shared.counter.isUnique();
    T value = get(); // looks last: if this handle is open, it is the one that was counted
    return unique ? Optional.of(value) : Optional.empty();
  }

  /**
   * Makes another handle of the value.
   *
   * @return the handle, to be closed by its owner
   * @throws IllegalStateException if this handle is closed, or if there are 2<sup>31</sup>-1
   *     handles
   */
  public Arc<T> retain() {
    requireOpen();
    Arc<T> handle = new Arc<>(shared); // first, since it may fail
    if (!handle.countIn()) { // this handle was being closed
      throw closed();
    }
    return handle;
  }

  /**
   * Makes a weak handle of the value.
   *
   * @return the handle
   * @throws IllegalStateException if this handle is closed, or if there are 2<sup>31</sup>-1 weak
   *     ones
   */
  public Weak<T> downgrade() {
    requireOpen();
    Weak<T> weak = new Weak<>(shared); // first, since it may fail
    shared.counter.addWeak();
    return weak;
  }

  /**
   * Closes this handle, and the value if this was its last. What closing the value throws is thrown
   * here, and the value counts as closed.
   *
   * @throws IllegalStateException if this handle is closed already
   * @throws CompletionException if closing the value throws a checked exception, which is the cause
   */
  @Override
  public void close() {
    claimClose();
    T value = shared.value;
    boolean last;
    try {
      LeakDetection.ended(watch);
      last = shared.counter.release();
    } catch (StackOverflowError | OutOfMemoryError e) {
      status = OPEN;
      throw e;
    } finally {
      Reference.reachabilityFence(this); // a handle that is being closed is not lost
    }
    if (last) {
      shared.value = null;
      closeValue(value);
    }
  }

  private static void closeValue(@Nullable AutoCloseable value) {
    if (value == null) {
      throw new AssertionError("The value was closed before its last handle");
    }
    Closing.close(value);
  }

  /**
   * How many handles there are; for monitoring, not for synchronization.
   *
   * @return the number, without weak ones
   */
  public int count() {
    return shared.counter.handles();
  }

  /**
   * Names the handle and its state.
   *
   * @return the identity and {@code [Closed]}, or the value and the number of handles
   */
  @Override
  public String toString() {
    T value = shared.value;
    return super.toString()
        + (closedAlready() || value == null
            ? "[Closed]"
            : "[" + value + ", handles=" + count() + "]");
  }
}
