package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/**
 * The read-write lock whose writers wait on a word of their own, so that readers who come and go do
 * not keep waking them.
 */
public final class BookRwLock2 {
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();
  private final AtomicWord writerWakes = new AtomicWord();

  /** Acquires the read lock. */
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

  /** Releases the read lock. */
  public void unlockRead() {
    if (state.getAndAddRelease(-1) == 1) {
      wakeWriter();
    }
  }

  /** Acquires the write lock. */
  public void lockWrite() {
    while (state.compareAndExchangeAcquire(0, WRITING) != 0) {
      int seen = writerWakes.getAcquire();
      if (state.getOpaque() != 0) {
        writerWakes.waitWhile(seen);
      }
    }
  }

  /** Releases the write lock. */
  public void unlockWrite() {
    state.setRelease(0);
    wakeWriter();
    state.wakeAll();
  }

  private void wakeWriter() {
    int _ = writerWakes.getAndAddRelease(1);
    writerWakes.wakeOne();
  }
}
