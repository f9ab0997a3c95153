package io.pawl.examples.ordering;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What even the weakest atomic accesses keep: all threads see the changes of one variable in the
 * same order.
 *
 * <p>One thread adds 5 and then 10, another reads four times, opaquely, which is what other
 * languages call relaxed. It may see 0, 5 and 15, each any number of times; never 10, which the
 * variable never holds, and never an earlier value after a later one.
 *
 * <p>About a second variable that changes too, opaque reads tell nothing: see {@link
 * ReleaseAcquire}.
 *
 * @see <a href="https://marabos.nl/atomics/memory-ordering.html">"Rust Atomics and Locks", chapter
 *     3, "Relaxed Ordering"</a>
 */
public final class ModificationOrder extends Race {

  private final AtomicIntegerArray x = new AtomicIntegerArray(PLACES);
  private final int[][] reads = new int[PLACES][4];

  @Override
  void first(int place) {
    int _ = x.getAndAdd(place, 5);
    int _ = x.getAndAdd(place, 10);
  }

  @Override
  void second(int place) {
    for (int i = 0; i < 4; i++) {
      reads[place][i] = x.getOpaque(place);
    }
  }

  @Override
  String outcome(int place) {
    int[] r = reads[place];
    return String.format("%2d %2d %2d %2d", r[0], r[1], r[2], r[3]);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(100, System.out);
  }

  static void run(int races, PrintStream out) {
    Map<String, Integer> counts = count(races, ModificationOrder::new);
    out.println("four reads beside += 5 and += 10, and how often they saw this:");
    counts.forEach((reads, times) -> out.println("  " + reads + "   " + times));
  }
}
