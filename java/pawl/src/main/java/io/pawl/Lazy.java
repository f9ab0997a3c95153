package io.pawl;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for, by one thread, and then does not change.
 *
 * {@snippet :
 * private static final Lazy<Pattern> WORD = new Lazy<>(() -> Pattern.compile("\\w+"));
 *
 * boolean isWord(String s) {
 *   return WORD.get().matcher(s).matches();
 * }
 * }
 *
 * <p>The initializer, and what it refers to, is let go of once it has succeeded.
 *
 * <p><b>Poison.</b> If the initializer throws, that is thrown by the {@link #get} that has run it,
 * and from then on {@code get} throws {@link IllegalStateException} with it as the cause. {@link
 * #getForced} runs the initializer again.
 *
 * <p><b>Reentrancy, interruption, virtual threads, thread dumps, memory consistency effects,
 * cost</b> and <b>stack overflow</b> are those of {@link OnceValue}; a lazy value allocates one
 * object more.
 *
 * @param <T> the type of the value
 * @see <a href="https://doc.rust-lang.org/std/sync/struct.LazyLock.html">LazyLock in the Rust
 *     standard library</a>
 */
public final class Lazy<T extends @Nullable Object> implements Supplier<T> {

  /*
   * Algorithm: a OnceValue and what makes it.
   *
   * Invariant I1: the supplier is null only if it has made the value. The one that has called it clears it
   * when it has returned, and from there to the state that says so nothing is called that could fail; a
   * once that has completed runs nothing any more.
   *
   * Memory order: the supplier is plain, behind a final field: whoever gets at this object, be it by a
   * race, sees what the constructor has put there, or a later null, which nobody calls.
   */
  private final OnceValue<T> once = new OnceValue<>();

  private final Source<T> source;

  /**
   * Constructs a value that has not been made.
   *
   * @param initializer makes the value
   * @throws NullPointerException if initializer is null
   */
  public Lazy(Supplier<? extends T> initializer) {
    source = new Source<>(Objects.requireNonNull(initializer, "initializer"));
    once.join(this);
  }

  /**
   * Returns the value; makes it first if it has not been, or waits while another thread does. An
   * interrupt does not end the wait.
   *
   * @return the value
   * @throws IllegalStateException if the initializer has failed; what it threw is the cause
   * @throws IllegalMonitorStateException if called by the initializer
   */
  @Override
  public T get() {
    return once.isCompleted() ? once.made() : once.getOrInit(source::make);
  }

  /**
   * Returns the value; makes it first if it has not been, even if the initializer has failed
   * before, or waits while another thread does. An interrupt does not end the wait.
   *
   * @return the value
   * @throws IllegalMonitorStateException if called by the initializer
   */
  public T getForced() {
    return once.isCompleted() ? once.made() : once.getOrInitForced(_ -> source.make());
  }

  /**
   * Whether the value has been made.
   *
   * @return false if the initializer has not been run, is running, or has failed
   */
  public boolean isCompleted() {
    return once.isCompleted();
  }

  /**
   * Tells the state, not the value.
   *
   * @return the identity and {@code [New]}, {@code [Running]}, {@code [Poisoned]} or {@code
   *     [Completed]}
   */
  @Override
  public String toString() {
    return super.toString() + once.describe(this);
  }

  /** What makes the value. */
  private static final class Source<T extends @Nullable Object> {
    @Nullable Supplier<? extends T> supplier;

    Source(Supplier<? extends T> supplier) {
      this.supplier = supplier;
    }

    /** Called while there is no value (I1). */
    T make() {
      T made = Objects.requireNonNull(supplier).get();
      supplier = null;
      return made;
    }
  }
}
