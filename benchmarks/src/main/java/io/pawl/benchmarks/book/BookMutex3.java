package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/** The mutex of three states that spins before it sleeps, unless others sleep already. */
public final class BookMutex3 implements BookMutex {
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private static final int SPINS = 100;

  private final AtomicWord state = new AtomicWord();

  @Override
  public void lock() {
    if (!state.weakCompareAndSetAcquire(FREE, HELD)) {
      lockContended();
    }
  }

  private void lockContended() {
    for (int i = 0; i < SPINS && state.getOpaque() == HELD; i++) {
      Thread.onSpinWait();
    }
    if (state.compareAndExchangeAcquire(FREE, HELD) == FREE) {
      return;
    }
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
