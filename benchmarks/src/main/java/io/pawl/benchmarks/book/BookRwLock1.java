package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/** A read-write lock of one word: the number of readers, or {@link #WRITING}. */
public final class BookRwLock1 {
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();

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
      state.wakeOne();
    }
  }

  /** Acquires the write lock. */
  public void lockWrite() {
    while (true) {
      int found = state.compareAndExchangeAcquire(0, WRITING);
      if (found == 0) {
        return;
      }
      state.waitWhile(found);
    }
  }

  /** Releases the write lock. */
  public void unlockWrite() {
    state.setRelease(0);
    state.wakeAll();
  }
}
