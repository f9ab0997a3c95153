package io.pawl.examples.threads;

import java.io.PrintStream;
import java.util.List;

/**
 * Scoped threads: two threads read one list, and both have ended where the block ends.
 *
 * <p>A thread that is only started lives on by itself. Whoever started it does not know when it has
 * done with what it was given, nor whether it failed. A {@link Scope} waits for its threads and
 * throws what they threw, so the code after it may rely on all of their work.
 *
 * @see <a href="https://marabos.nl/atomics/basics.html">"Rust Atomics and Locks", chapter 1</a>
 */
public final class ScopedThreads {

  private ScopedThreads() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(List.of(1, 2, 3), System.out);
  }

  static void run(List<Integer> numbers, PrintStream out) {
    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> out.println("length: " + numbers.size()));
      Thread _ = scope.start(() -> numbers.forEach(out::println));
    }
    out.println("both have ended");

    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> out.println("element 7: " + numbers.get(7)));
    } catch (IllegalStateException e) {
      out.println(e.getMessage());
    }
  }
}
