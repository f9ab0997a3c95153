package io.pawl.examples.ordering;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Fences: one acquire fence for many flags, and only when one of them is set.
 *
 * <p>Ten threads compute a number each and set a flag with a releasing store. The reader looks at
 * all flags opaquely, which orders nothing. Only if it has found one does it need order, and then
 * one fence after the loads does for all of them: a load and an acquire fence after it are an
 * acquiring load.
 *
 * <p>On x86 an acquire fence is no instruction, it only keeps the compiler from moving what follows
 * before it; elsewhere it costs, and this program pays it once for each look that found something.
 *
 * @see <a href="https://marabos.nl/atomics/memory-ordering.html">"Rust Atomics and Locks", chapter
 *     3, "Fences"</a>
 */
public final class Fences {

  private static final int THREADS = 10;

  private final long[] data = new long[THREADS];
  private final AtomicIntegerArray ready = new AtomicIntegerArray(THREADS);

  private Fences() {}

  private void compute(int i, long pauseNanos) {
    LockSupport.parkNanos((4 + i % 3) * pauseNanos);
    data[i] = 123;
    ready.setRelease(i, 1);
  }

  /** Returns which results are new; the caller may read them. */
  private BitSet look(BitSet known) {
    BitSet found = new BitSet();
    for (int i = known.nextClearBit(0); i < THREADS; i = known.nextClearBit(i + 1)) {
      if (ready.getOpaque(i) == 1) {
        found.set(i);
      }
    }
    if (!found.isEmpty()) {
      VarHandle.acquireFence();
    }
    return found;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(50_000_000, System.out);
  }

  static void run(long pauseNanos, PrintStream out) {
    Fences fences = new Fences();
    int needed = 0;
    try (Scope scope = new Scope()) {
      for (int i = 0; i < THREADS; i++) {
        int index = i;
        Thread _ = scope.start(() -> fences.compute(index, pauseNanos));
      }
      BitSet known = new BitSet();
      while (known.cardinality() < THREADS) {
        LockSupport.parkNanos(pauseNanos / 2);
        BitSet found = fences.look(known);
        needed += found.isEmpty() ? 0 : 1;
        found.stream().forEach(i -> out.println("data" + i + " = " + fences.data[i]));
        known.or(found);
      }
    }
    out.println("acquire fences needed for " + THREADS + " results: " + needed);
  }
}
