package io.pawl.examples.ideas;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A sequence lock: readers write nothing, and read again if a writer came between.
 *
 * <p>The sequence number is odd while a writer is at work. A reader that finds it even, reads, and
 * finds the same number afterwards has read what belongs together. Until then it must not use what
 * it has: it may be half of one write and half of another.
 *
 * <p>Two fences keep the reads of the data between the two reads of the number, and the writes of
 * the data between its two changes. The data is read opaquely, for it is read while it is written.
 *
 * <p>{@link io.pawl.locks.SeqLock} has in addition a lock for writers, and stops readers from
 * trying for ever.
 *
 * @see <a href="https://doi.org/10.1145/2247684.2247688">H.-J. Boehm, "Can Seqlocks Get Along With
 *     Programming Language Memory Models?"</a>
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "Sequence Lock"</a>
 */
public final class SeqLock {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final AtomicInteger sequence = new AtomicInteger();
  private final long[] data = new long[2];

  SeqLock() {}

  /** Writes; only one thread may. */
  void write(long left, long right) {
    int s = sequence.getPlain();
    sequence.setOpaque(s + 1);
    VarHandle.releaseFence(); // the odd number before the data
    LONGS.setOpaque(data, 0, left);
    LONGS.setOpaque(data, 1, right);
    sequence.setRelease(s + 2); // the data before the even number
  }

  /** What a reader has read, and how often it had to begin again. */
  record Pair(long left, long right, int retries) {}

  Pair read() {
    for (int retries = 0; ; retries++) {
      int before = sequence.getAcquire();
      long left = (long) LONGS.getOpaque(data, 0);
      long right = (long) LONGS.getOpaque(data, 1);
      VarHandle.acquireFence(); // the data before the second look
      if (before % 2 == 0 && sequence.getOpaque() == before) {
        return new Pair(left, right, retries);
      }
      Thread.onSpinWait();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(20_000_000, System.out);
  }

  static void run(int writes, PrintStream out) {
    SeqLock lock = new SeqLock();
    long reads = 0;
    long retries = 0;
    long torn = 0;
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            for (long i = 1; i <= writes; i++) {
              lock.write(i, -i);
            }
          });
      Pair pair;
      do {
        pair = lock.read();
        reads++;
        retries += pair.retries;
        torn += pair.left + pair.right == 0 ? 0 : 1;
      } while (pair.left < writes);
    }
    out.println(writes + " writes of n and -n, read meanwhile " + reads + " times");
    out.println("begun again " + retries + " times, returned torn " + torn + " times");
  }
}
