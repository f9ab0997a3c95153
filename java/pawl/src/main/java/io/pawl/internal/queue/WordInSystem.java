package io.pawl.internal.queue;

import io.pawl.internal.backend.Backend;
import io.pawl.spi.NativeWait;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** The threads that wait on a native word in the operating system. */
abstract class WordInSystem extends WaitQueue {

  /*
   * The operating system moves nobody from a word while a thread waits there for it and others: that thread
   * could not tell where a wake belongs that it has consumed beside the one of which it is told. It counts
   * itself, then looks for a mover; a mover says so, then looks for such threads. So one of them sees the
   * other: the thread waits elsewhere, or the mover wakes all instead.
   */
  private static final AtomicIntegerFieldUpdater<WordInSystem> FIXED =
      AtomicIntegerFieldUpdater.newUpdater(WordInSystem.class, "fixed");

  final long address;

  /** How many threads wait for this word and others, or are about to find out that they may not. */
  private volatile int fixed;

  /** Whether a thread may be about to have others moved. */
  private volatile boolean moving;

  WordInSystem(long address) {
    this.address = address;
  }

  final void wakeInSystem(int count) {
    NativeWait os = Backend.current();
    if (os != null) {
      int _ = os.wake(address, count, false);
    }
  }

  /**
   * Wakes a thread and moves the others to another word, if this one holds a value; wakes all where
   * nobody may be moved. Called by one thread at a time.
   *
   * @return how many it has moved or woken, or EAGAIN
   */
  final int requeueInSystem(NativeWait os, int expected, WordInSystem target, boolean mayMove) {
    moving = true;
    try {
      if (mayMove && fixed == 0) {
        int done = os.requeue(address, expected, 1, NativeWait.ALL, target.address, false);
        if (done >= 0 || done == NativeWait.EAGAIN) {
          return done;
        }
      }
      return os.wake(address, NativeWait.ALL, false);
    } finally {
      moving = false;
    }
  }

  /**
   * Counts the current thread, which is to wait in the operating system for this word and others,
   * and is not to be moved; false if it has to wait elsewhere.
   */
  final boolean fix() {
    FIXED.getAndAdd(this, 1);
    if (moving) {
      unfix();
      return false;
    }
    return true;
  }

  final void unfix() {
    FIXED.getAndAdd(this, -1);
  }
}
