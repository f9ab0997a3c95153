package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A read-write lock, step 3: a writer that waits keeps new readers out.
 *
 * <p>The word is twice the number of readers, plus one while a writer waits. Readers come in while
 * it is even, and wait while it is odd.
 *
 * <p>Now readers may starve, if there is always a writer: who unlocks wakes both sides, and writers
 * may be quicker. {@link io.pawl.locks.RwLock} starves neither, and its readers do not meet at one
 * word.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Avoiding Writer Starvation"</a>
 */
public final class RwLock3 implements RwLock {
  private static final int WRITER_WAITS = 1;
  private static final int READER = 2;
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();
  private final AtomicWord writerWakes = new AtomicWord();

  /** Constructs a free lock. */
  public RwLock3() {}

  @Override
  public void lockRead() {
    int s = state.getOpaque();
    while (true) {
      if (keepsReadersOut(s)) {
        state.waitWhile(s);
        s = state.getOpaque();
      } else {
        int found = state.compareAndExchangeAcquire(s, s + READER);
        if (found == s) {
          return;
        }
        s = found;
      }
    }
  }

  @Override
  public void unlockRead() {
    if (state.getAndAddRelease(-READER) == READER + WRITER_WAITS) {
      wakeWriter();
    }
  }

  @Override
  public void lockWrite() {
    int s = state.getOpaque();
    while (true) {
      if (s <= WRITER_WAITS) {
        int found = state.compareAndExchangeAcquire(s, WRITING);
        if (found == s) {
          return;
        }
        s = found;
      } else if (!keepsReadersOut(s) && !state.compareAndSet(s, s + WRITER_WAITS)) {
        s = state.getOpaque();
      } else {
        int seen = writerWakes.getAcquire();
        s = state.getOpaque();
        if (s > WRITER_WAITS) {
          writerWakes.waitWhile(seen);
          s = state.getOpaque();
        }
      }
    }
  }

  @Override
  public void unlockWrite() {
    state.setRelease(0);
    wakeWriter();
    state.wakeAll();
  }

  /** Odd: held by a writer, or a writer waits. */
  private static boolean keepsReadersOut(int s) {
    return s % READER != 0;
  }

  private void wakeWriter() {
    int _ = writerWakes.getAndAddRelease(1);
    writerWakes.wakeOne();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(200_000, System.out);
  }

  static void run(int times, PrintStream out) {
    RwLockTrial.run(new RwLock3(), times, out);
  }
}
