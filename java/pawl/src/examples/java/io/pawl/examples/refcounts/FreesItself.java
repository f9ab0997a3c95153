package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import io.pawl.examples.threads.Scope;
import java.io.PrintStream;

/**
 * A count that frees the chunk in which it lies, and is sound.
 *
 * <p>Three rules:
 *
 * <ol>
 *   <li>The decrement is the last thing that an owner does with the chunk, whatever it returns.
 *   <li>Only the owner whose decrement returned one goes on: nobody else is left, so it may do
 *       everything, and frees.
 *   <li>Only an owner may make another, so the count never leaves zero.
 * </ol>
 *
 * <p>And the order: the decrement releases, so each owner's use of the chunk comes before it; the
 * last one acquires, so that it frees after all of those. {@code getAndAdd} does both.
 *
 * <p>{@link io.pawl.memory.ArcSlice} works like this, in native memory.
 */
public final class FreesItself {

  private static final int COUNT = 0;
  private static final int USES = 1;

  private FreesItself() {}

  static void retain(Chunk chunk) {
    int _ = chunk.getAndAdd(COUNT, 1);
  }

  static void release(Chunk chunk, Runnable pause) {
    boolean last = chunk.getAndAdd(COUNT, -1) == 1;
    pause.run();
    if (last) {
      chunk.free();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(20_000, System.out);
  }

  static void run(int chunks, PrintStream out) {
    PoisonedMemory memory = new PoisonedMemory();
    Chunk worst = memory.allocate();
    worst.set(COUNT, 2);
    out.println("the first of two owners, held up: " + Turns.play(pause -> release(worst, pause)));

    Chunk[] shared = new Chunk[chunks];
    for (int i = 0; i < chunks; i++) {
      shared[i] = memory.allocate();
      shared[i].set(COUNT, 4);
    }
    try (Scope scope = new Scope()) {
      for (int i = 0; i < 4; i++) {
        Thread _ =
            scope.start(() -> {
              for (Chunk chunk : shared) {
                retain(chunk);
                int _ = chunk.getAndAdd(USES, 1);
                release(chunk, () -> {});
                release(chunk, () -> {});
              }
            });
      }
    }
    out.println(
        "4 owners of each of " + chunks + " chunks: freed " + (memory.freed() - 1) + ", each once");
  }
}
