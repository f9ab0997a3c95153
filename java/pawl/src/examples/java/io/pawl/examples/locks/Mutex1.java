package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A mutex, step 1: a word that is free or held, and a wake with each unlock.
 *
 * <p>Who finds it held waits while it is held. An unlock can't see whether anybody waits, so it
 * calls the kernel each time, which costs many times what the two atomic operations do. {@link
 * Mutex2} spares the call.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Mutex"</a>
 */
public final class Mutex1 implements Mutex {
  private static final int FREE = 0;
  private static final int HELD = 1;

  private final AtomicWord state = new AtomicWord();

  /** Constructs a free mutex. */
  public Mutex1() {}

  @Override
  public void lock() {
    while (state.getAndSetAcquire(HELD) != FREE) {
      state.waitWhile(HELD);
    }
  }

  @Override
  public void unlock() {
    state.setRelease(FREE);
    state.wakeOne();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(2_000_000, System.out);
  }

  static void run(int times, PrintStream out) {
    MutexTrial.run(new Mutex1(), times, out);
  }
}
