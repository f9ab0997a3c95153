package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Broken: an owner that uses the chunk after its decrement, for something that looks harmless.
 *
 * <p>The count is treated as it should be: who brings it to zero frees. But an owner that was not
 * the last still wants to know the size of the chunk, for a statistic. It has no claim to the chunk
 * any more. The sound way reads before it gives up: {@link #readFirst}.
 */
public final class TouchedAfterwards {

  private static final int COUNT = 0;
  private static final int SIZE = 1;

  private TouchedAfterwards() {}

  /** Broken: the size is read when the chunk may be gone. */
  static void readLast(Chunk chunk, AtomicInteger released, Runnable pause) {
    boolean last = chunk.getAndAdd(COUNT, -1) == 1;
    pause.run();
    int _ = released.addAndGet(chunk.get(SIZE));
    if (last) {
      chunk.free();
    }
  }

  /** Sound: nothing but the last owner's free comes after the decrement. */
  static void readFirst(Chunk chunk, AtomicInteger released, Runnable pause) {
    int size = chunk.get(SIZE);
    boolean last = chunk.getAndAdd(COUNT, -1) == 1;
    pause.run();
    if (last) {
      chunk.free();
    }
    int _ = released.addAndGet(size);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  /** A way to release. */
  private interface Release {
    void run(Chunk chunk, AtomicInteger released, Runnable pause);
  }

  static void run(PrintStream out) {
    out.println("the size is read after the decrement");
    out.println("  " + twoOwners(TouchedAfterwards::readLast));
    out.println("the size is read before it");
    out.println("  " + twoOwners(TouchedAfterwards::readFirst));
  }

  private static String twoOwners(Release release) {
    AtomicInteger released = new AtomicInteger();
    Chunk chunk = new PoisonedMemory().allocate();
    chunk.set(COUNT, 2);
    chunk.set(SIZE, 64);
    String first = Turns.play(pause -> release.run(chunk, released, pause));
    return "the first of two owners: " + first + "; sizes counted: " + released;
  }
}
