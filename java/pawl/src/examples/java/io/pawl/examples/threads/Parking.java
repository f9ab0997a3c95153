package io.pawl.examples.threads;

import io.pawl.locks.Guarded;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Parking: a consumer that finds its queue empty sleeps until the producer wakes it.
 *
 * <p>An unpark that comes before the park is remembered, once, and makes that park return at once.
 * So nothing is lost if an item arrives between the consumer's look at the queue and its park. And
 * a park may return for no reason, so the consumer looks again whenever it wakes.
 *
 * <p>The producer has to know whom to wake. With several consumers, a {@linkplain CondvarQueue
 * condition variable} knows it instead.
 *
 * @see <a href="https://marabos.nl/atomics/basics.html">"Rust Atomics and Locks", chapter 1</a>
 */
public final class Parking {

  private final Guarded<Deque<Integer>> queue = new Guarded<>(new ArrayDeque<>());
  private int parks;

  private Parking() {}

  private void consume(int items, PrintStream out) {
    int taken = 0;
    while (taken < items) {
      Integer item = queue.with(Deque::poll);
      if (item != null) {
        out.println("took " + item);
        taken++;
      } else {
        parks++;
        LockSupport.park(this);
      }
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(5, 100_000_000, System.out);
  }

  static void run(int items, long pauseNanos, PrintStream out) {
    Parking parking = new Parking();
    try (Scope scope = new Scope()) {
      Thread consumer = scope.start(() -> parking.consume(items, out));
      for (int i = 0; i < items; i++) {
        int item = i;
        parking.queue.run(q -> q.add(item));
        LockSupport.unpark(consumer);
        LockSupport.parkNanos(pauseNanos);
      }
    }
    out.println("the consumer parked " + parking.parks + " times for " + items + " items");
  }
}
