package io.pawl.examples.arc;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Shared ownership, step 1: a count of owners, the last of whom closes the value.
 *
 * <p>Java frees memory by itself, but closes nothing: files, native memory and the like need to be
 * closed when nobody uses them any more, and once.
 *
 * <p>An owner that retains need not order anything: it has the value already. One that leaves
 * releases, so that its last use of the value comes before; the last one acquires, so that all
 * those uses come before the close. Both are in {@code decrementAndGet}, which is stronger than
 * either.
 *
 * @param <T> the type of the value
 * @see <a href="https://marabos.nl/atomics/building-arc.html">"Rust Atomics and Locks", chapter 6,
 *     "Basic Reference Counting"</a>
 */
public final class Arc1<T> implements AutoCloseable {

  /** What the owners share. */
  private record Shared<T>(T value, Consumer<? super T> closing, AtomicInteger owners) {}

  private final Shared<T> shared;
  private boolean closed;

  private Arc1(Shared<T> shared) {
    this.shared = shared;
  }

  /** Makes the first owner of a value, and says how to close it. */
  static <T> Arc1<T> of(T value, Consumer<? super T> closing) {
    return new Arc1<>(new Shared<>(value, closing, new AtomicInteger(1)));
  }

  T get() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    return shared.value;
  }

  /** Makes one more owner. */
  Arc1<T> retain() {
    T _ = get();
    int _ = shared.owners.incrementAndGet();
    return new Arc1<>(shared);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (shared.owners.decrementAndGet() == 0) {
      shared.closing.accept(shared.value);
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    AtomicInteger closes = new AtomicInteger();
    try (Arc1<String> x = of("hello", _ -> closes.incrementAndGet())) {
      Arc1<String> y = x.retain();
      try (Scope scope = new Scope()) {
        Thread _ =
            scope.start(() -> {
              try (y) {
                out.println("a second owner has " + y.get());
              }
            });
      }
      out.println("it has left, the first still has " + x.get() + ", closed " + closes + " times");
    }
    out.println("the last one has left, closed " + closes + " times");
  }
}
