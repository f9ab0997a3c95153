package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A read-write lock, step 2: writers wait on a word of their own, so that readers who come and go
 * do not keep them busy.
 *
 * <p>The second word counts wakes for writers. The last reader and each writer raise it when they
 * leave, which costs a call of the kernel each time, as {@link Mutex1} does. And readers still get
 * in while a writer waits: if there is always one, it waits for ever. {@link RwLock3} mends that.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Avoiding Busy-Looping Writers"</a>
 */
public final class RwLock2 implements RwLock {
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();
  private final AtomicWord writerWakes = new AtomicWord();

  /** Constructs a free lock. */
  public RwLock2() {}

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
      wakeWriter();
    }
  }

  @Override
  public void lockWrite() {
    while (state.compareAndExchangeAcquire(0, WRITING) != 0) {
      int seen = writerWakes.getAcquire();
      if (state.getOpaque() != 0) {
        writerWakes.waitWhile(seen);
      }
    }
  }

  @Override
  public void unlockWrite() {
    state.setRelease(0);
    wakeWriter();
    state.wakeAll();
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
    RwLockTrial.run(new RwLock2(), times, out);
  }
}
