package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import io.pawl.examples.refcounts.PoisonedMemory.UseAfterFree;
import java.io.PrintStream;

/**
 * Broken: a count under a lock that lies in the same chunk, freed in the middle of its own critical
 * section, or beside it.
 *
 * <p>{@link #freeInside} frees the chunk and then unlocks what is no longer there. {@link
 * #freeOutside} unlocks first. That seems right and is not: an unlock is two steps, a store that
 * lets the next one in and a wake for whoever sleeps. Between them the next one may come in, be the
 * last, and free the lock under the hands of the first. A lock can protect what frees it only if
 * its unlock touches nothing after the store, or if its memory is never given back.
 *
 * <p>A count that is decremented atomically needs no lock: {@link FreesItself}.
 *
 * @see <a href="https://sourceware.org/bugzilla/show_bug.cgi?id=13690">glibc bug 13690, on unlocks
 *     that touch a mutex which another thread may have destroyed</a>
 */
public final class FreedInItsLock {

  private static final int COUNT = 0;
  private static final int LOCK = 1;
  private static final int SLEEPERS = 2;

  private FreedInItsLock() {}

  private static void lock(Chunk chunk) {
    while (chunk.compareAndExchange(LOCK, 0, 1) != 0) {
      Thread.onSpinWait();
    }
  }

  /** Opens the lock, and looks whether there is somebody to wake. */
  private static void unlock(Chunk chunk, Runnable pause) {
    chunk.set(LOCK, 0);
    pause.run();
    if (chunk.get(SLEEPERS) > 0) {
      throw new IllegalStateException("nobody sleeps in this program");
    }
  }

  /** Broken: the last owner frees what it then unlocks. */
  static void freeInside(Chunk chunk) {
    lock(chunk);
    if (chunk.getAndAdd(COUNT, -1) == 1) {
      chunk.free();
    }
    unlock(chunk, () -> {});
  }

  /** Broken: somebody else frees it between the two steps of the unlock. */
  static void freeOutside(Chunk chunk, Runnable pause) {
    lock(chunk);
    boolean last = chunk.getAndAdd(COUNT, -1) == 1;
    unlock(chunk, pause);
    if (last) {
      chunk.free();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    PoisonedMemory memory = new PoisonedMemory();
    Chunk one = memory.allocate();
    one.set(COUNT, 1);
    out.println("freed inside the critical section");
    try {
      freeInside(one);
      out.println("  the only owner: nothing");
    } catch (UseAfterFree e) {
      out.println("  the only owner, as it unlocks: " + e.getMessage());
    }
    Chunk two = memory.allocate();
    two.set(COUNT, 2);
    String first = Turns.play(pause -> freeOutside(two, pause));
    out.println("freed after the critical section");
    out.println("  the first of two owners, in the middle of its unlock: " + first);
  }
}
