package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/** A mutex of three states: an unlock calls the kernel only if somebody may be waiting. */
public final class BookMutex2 implements BookMutex {
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private final AtomicWord state = new AtomicWord();

  @Override
  public void lock() {
    if (!state.weakCompareAndSetAcquire(FREE, HELD)) {
      lockContended();
    }
  }

  private void lockContended() {
    while (state.getAndSetAcquire(CONTENDED) != FREE) {
      state.waitWhile(CONTENDED);
    }
  }

  @Override
  public void unlock() {
    if (state.getAndSetRelease(FREE) == CONTENDED) {
      state.wakeOne();
    }
  }
}
