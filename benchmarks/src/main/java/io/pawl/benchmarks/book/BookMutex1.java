package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/** A mutex of two states: every unlock calls the kernel. */
public final class BookMutex1 implements BookMutex {
  private static final int FREE = 0;
  private static final int HELD = 1;

  private final AtomicWord state = new AtomicWord();

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
}
