package io.pawl.examples.ideas;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import io.pawl.locks.Mutex;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * A parking lot: one place where the threads of all locks wait, by key.
 *
 * <p>A lock needs its queue only while somebody waits. So the queues are kept in a table, which all
 * locks share, and a lock itself is no more than two bits: see {@link ByteLocks}. It is a futex in
 * Java, whose key is what you like instead of an address.
 *
 * <p>Who is about to wait looks once more, under the lock of the queue, whether there is still
 * something to wait for. Who wakes has that lock too, so no wake is lost between look and wait.
 *
 * @see <a href="https://webkit.org/blog/6161/locking-in-webkit/">F. Pizlo, "Locking in WebKit"</a>
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "Parking Lot-Based Locks"</a>
 */
public final class ParkingLot {

  /** A thread that waits. */
  private static final class Waiter {
    private final Object key;
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    Waiter(Object key) {
      this.key = key;
    }
  }

  /** One queue, for all keys that fall to it. */
  private record Bucket(Mutex mutex, Deque<Waiter> queue) {}

  /** What is done under the lock of the queue, told whether more threads wait for the key. */
  @FunctionalInterface
  interface Step {
    void run(boolean more);
  }

  private final Bucket[] buckets = new Bucket[64];

  ParkingLot() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new Bucket(new Mutex(), new ArrayDeque<>());
    }
  }

  private Bucket bucketOf(Object key) {
    return buckets[(key.hashCode() * 0x9E3779B9) >>> 26];
  }

  /** Waits for a wake of the key, unless there is nothing to wait for. */
  void park(Object key, BooleanSupplier stillNeeded) {
    Waiter waiter = new Waiter(key);
    Bucket bucket = bucketOf(key);
    try (var _ = bucket.mutex.acquire()) {
      if (!stillNeeded.getAsBoolean()) {
        return;
      }
      bucket.queue.add(waiter);
    }
    while (!waiter.woken) {
      LockSupport.park(this);
    }
  }

  /** Runs the step, and wakes the thread that has waited for the key for longest, if any. */
  void unparkOne(Object key, Step step) {
    Waiter first;
    Bucket bucket = bucketOf(key);
    try (var _ = bucket.mutex.acquire()) {
      first = bucket.queue.stream().filter(w -> w.key.equals(key)).findFirst().orElse(null);
      boolean _ = bucket.queue.remove(first);
      step.run(bucket.queue.stream().anyMatch(w -> w.key.equals(key)));
    }
    if (first != null) {
      first.woken = true;
      LockSupport.unpark(first.thread);
    }
  }

  /** How many threads wait for a key. */
  long waiting(Object key) {
    Bucket bucket = bucketOf(key);
    try (var _ = bucket.mutex.acquire()) {
      return bucket.queue.stream().filter(w -> w.key.equals(key)).count();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    ParkingLot lot = new ParkingLot();
    try (Scope scope = new Scope()) {
      for (String name : new String[] {"red 1", "red 2", "blue 1"}) {
        String key = name.substring(0, name.indexOf(' '));
        long before = lot.waiting(key);
        Thread _ =
            scope.start(() -> {
              lot.park(key, () -> true);
              out.println("  " + name + " goes on");
            });
        while (lot.waiting(key) == before) {
          LockSupport.parkNanos(20_000); // until it waits
        }
      }
      out.println("3 threads wait, 2 of them for red; blue is woken");
      lot.unparkOne("blue", more -> out.println("  more for blue: " + more));
      lot.unparkOne("red", more -> out.println("  more for red: " + more));
      lot.unparkOne("red", more -> out.println("  more for red: " + more));
    }
  }
}
