package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A read-write lock, step 1: one word, which holds the number of readers or {@link #WRITING}.
 *
 * <p>A writer waits while the number is what it saw, so each reader that comes or goes is a change
 * that sends it round its loop. With many readers it is busy without getting in. {@link RwLock2}
 * lets it sleep.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Reader-Writer Lock"</a>
 */
public final class RwLock1 implements RwLock {
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();

  /** Constructs a free lock. */
  public RwLock1() {}

  @Override
  public void lockRead() {
    int s = state.getOpaque();
    while (true) {
      if (s == WRITING) {
        state.waitWhile(WRITING);
        s = state.getOpaque();
      } else {
        int found = state.compareAndExchangeAcquire(s, s + 1);
        if (found == s) {
          return;
        }
        s = found;
      }
    }
  }

  @Override
  public void unlockRead() {
    if (state.getAndAddRelease(-1) == 1) {
      state.wakeOne();
    }
  }

  @Override
  public void lockWrite() {
    while (true) {
      int found = state.compareAndExchangeAcquire(0, WRITING);
      if (found == 0) {
        return;
      }
      state.waitWhile(found);
    }
  }

  @Override
  public void unlockWrite() {
    state.setRelease(0);
    state.wakeAll();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(200_000, System.out);
  }

  static void run(int times, PrintStream out) {
    RwLockTrial.run(new RwLock1(), times, out);
  }
}
