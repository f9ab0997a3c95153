package io.pawl.examples.threads;

import io.pawl.locks.Guarded;
import io.pawl.locks.GuardedCondition;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * A queue with a condition: consumers wait until it is not empty, and the producer need not know
 * them.
 *
 * <p>To wait releases the lock of the data, sleeps and takes the lock again, and no signal of a
 * thread that gets the lock in between is lost. The condition is checked again after each wake, as
 * another consumer may have been quicker.
 *
 * @see <a href="https://marabos.nl/atomics/basics.html">"Rust Atomics and Locks", chapter 1</a>
 */
public final class CondvarQueue {

  private final Guarded<Deque<Integer>> queue = new Guarded<>(new ArrayDeque<>());
  private final GuardedCondition<Deque<Integer>> notEmpty = queue.newCondition();

  CondvarQueue() {}

  void put(int item) {
    queue.run(q -> {
      q.add(item);
      notEmpty.signal();
    });
  }

  int take() throws InterruptedException {
    return notEmpty.when(q -> !q.isEmpty(), Deque::remove);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(3, 10_000, System.out);
  }

  static void run(int consumers, int itemsEach, PrintStream out) {
    CondvarQueue queue = new CondvarQueue();
    AtomicIntegerArray taken = new AtomicIntegerArray(consumers * itemsEach);
    try (Scope scope = new Scope()) {
      for (int i = 0; i < consumers; i++) {
        Thread _ =
            scope.start(() -> {
              for (int j = 0; j < itemsEach; j++) {
                int _ = taken.incrementAndGet(queue.take());
              }
            });
      }
      for (int item = 0; item < taken.length(); item++) {
        queue.put(item);
      }
    }
    long once = IntStream.range(0, taken.length()).filter(i -> taken.get(i) == 1).count();
    out.println(consumers + " consumers took " + once + " of " + taken.length() + " items once");
  }
}
