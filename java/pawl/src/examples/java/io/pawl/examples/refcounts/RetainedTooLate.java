package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.Chunk;
import io.pawl.examples.refcounts.PoisonedMemory.UseAfterFree;
import io.pawl.locks.Mutex;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Broken: a thread that finds a chunk in a shared place and only then becomes its owner.
 *
 * <p>Between finding and counting, the place may be emptied and the chunk freed; the increment then
 * changes memory that is no longer a count. To retain is safe only for who already owns, or as long
 * as the place itself does: so the sound way finds and counts under a lock that the one who empties
 * the place needs too. Other ways to hold off the free are those of {@link
 * io.pawl.examples.ideas.RcuList}.
 */
public final class RetainedTooLate {

  private static final int COUNT = 0;

  private final AtomicReference<Chunk> place = new AtomicReference<>();
  private final Mutex mutex = new Mutex();

  RetainedTooLate(Chunk chunk) {
    chunk.set(COUNT, 1);
    place.set(chunk);
  }

  private static void release(Chunk chunk) {
    if (chunk.getAndAdd(COUNT, -1) == 1) {
      chunk.free();
    }
  }

  /** Takes the chunk out of the place, which was its owner. */
  void empty() {
    Chunk chunk;
    try (var _ = mutex.acquire()) {
      chunk = place.getAndSet(null);
    }
    if (chunk != null) {
      release(chunk);
    }
  }

  /** Broken: what was found may be gone. */
  void use(Runnable pause) {
    Chunk chunk = place.get();
    pause.run();
    if (chunk != null) {
      int _ = chunk.getAndAdd(COUNT, 1);
      release(chunk);
    }
  }

  /** Sound: while the place has the chunk, it owns it. */
  void useUnderLock(Runnable pause) {
    Chunk chunk;
    try (var _ = mutex.acquire()) {
      chunk = place.get();
      if (chunk != null) {
        int _ = chunk.getAndAdd(COUNT, 1);
      }
    }
    pause.run();
    if (chunk != null) {
      release(chunk);
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    PoisonedMemory memory = new PoisonedMemory();
    RetainedTooLate broken = new RetainedTooLate(memory.allocate());
    out.println("find, then count; the place is emptied between the two");
    try {
      broken.use(broken::empty);
      out.println("  nothing");
    } catch (UseAfterFree e) {
      out.println("  " + e.getMessage());
    }
    RetainedTooLate sound = new RetainedTooLate(memory.allocate());
    sound.useUnderLock(sound::empty);
    out.println("find and count under a lock, then it is emptied");
    out.println("  chunks freed: " + memory.freed());
  }
}
