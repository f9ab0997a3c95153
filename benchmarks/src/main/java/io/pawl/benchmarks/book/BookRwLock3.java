package io.pawl.benchmarks.book;

import io.pawl.atomic.AtomicWord;

/**
 * The read-write lock that does not starve writers: twice the number of readers, plus one while a
 * writer waits, which keeps new readers out.
 */
public final class BookRwLock3 {
  private static final int WRITER_WAITS = 1;
  private static final int READER = 2;
  private static final int WRITING = Integer.MAX_VALUE;

  private final AtomicWord state = new AtomicWord();
  private final AtomicWord writerWakes = new AtomicWord();

  /** Acquires the read lock. */
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

  /** Releases the read lock. */
  public void unlockRead() {
    if (state.getAndAddRelease(-READER) == READER + WRITER_WAITS) {
      wakeWriter();
    }
  }

  /** Acquires the write lock. */
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

  /** Releases the write lock. */
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
}
