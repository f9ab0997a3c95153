package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import java.io.PrintStream;

/**
 * Broken: a count that lies in the chunk it counts for, and is read after it has been decremented.
 *
 * <p>The decrement gives the chunk up. Between it and the next access another owner may leave,
 * bring the count to zero and free the chunk, with the count in it. What is needed is what the
 * decrement itself returns: {@link #release} ignores it, {@link FreesItself} does not.
 *
 * <p>That the count is read from freed memory is not all. If it still reads zero there, both owners
 * free the chunk.
 */
public final class CountReadAgain {

  private static final int COUNT = 0;

  private CountReadAgain() {}

  /** The release; {@code pause} is where the thread may be held up for as long as you like. */
  static void release(Chunk chunk, Runnable pause) {
    int _ = chunk.getAndAdd(COUNT, -1);
    pause.run();
    if (chunk.get(COUNT) == 0) {
      chunk.free();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    PoisonedMemory memory = new PoisonedMemory();
    Chunk chunk = memory.allocate();
    chunk.set(COUNT, 2);
    String first = Turns.play(pause -> release(chunk, pause));
    out.println("decrement, then look whether it is zero");
    out.println("  the first of two owners, held up between the two: " + first);
  }
}
