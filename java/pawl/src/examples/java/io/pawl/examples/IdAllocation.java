package io.pawl.examples;

import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Allocation of ids without overflow: any thread gets an id that no other gets, and no id once all
 * are used.
 *
 * <p>An atomic add alone does not do, as {@link IdMistakes} shows:
 *
 * <ul>
 *   <li>{@code next.getAndIncrement()} wraps around, and then hands out the same ids again.
 *   <li>To look at the result and refuse what is past the limit does not help, because the refused
 *       calls go on counting: some billions later the counter has wrapped all the same.
 *   <li>To subtract what has been added when a call is refused nearly helps. But from the add to
 *       the subtraction the counter is past the limit, by one for each thread between the two. That
 *       is harmless only if so many threads fit between the limit and the largest integer. Where
 *       ids, or permits or bytes, are given back as well, it also refuses calls falsely: one that
 *       looks while another is about to subtract finds nothing, although something is free.
 * </ul>
 *
 * <p>A compare-and-exchange writes the counter only if the id is within the limit and nobody has
 * taken it in between, so the counter is never past the limit, not even for a moment.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 */
public final class IdAllocation {

  private final AtomicInteger next;
  private final int limit;

  /** Hands out the integers from {@code first} up to, but without, {@code limit}. */
  IdAllocation(int first, int limit) {
    this.next = new AtomicInteger(first);
    this.limit = limit;
  }

  /** Returns an id, or nothing if all are used. */
  OptionalInt allocate() {
    int id = next.get();
    while (id < limit) {
      int found = next.compareAndExchange(id, id + 1);
      if (found == id) {
        return OptionalInt.of(id);
      }
      id = found;
    }
    return OptionalInt.empty();
  }

  /** The id that the next call gets, or the limit. */
  int next() {
    return next.get();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(1000, 4, 300, System.out);
  }

  static void run(int ids, int threads, int requests, PrintStream out) {
    IdAllocation allocation = new IdAllocation(0, ids);
    AtomicInteger granted = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        Future<?> _ =
            pool.submit(() -> {
              for (int j = 0; j < requests; j++) {
                int _ = granted.addAndGet(allocation.allocate().isPresent() ? 1 : 0);
              }
            });
      }
    }
    out.println(threads + " threads asked " + requests + " times each for one of " + ids + " ids");
    out.println("granted " + granted + ", refused " + (threads * requests - granted.get()));
    out.println("the counter stands at " + allocation.next());
  }
}
