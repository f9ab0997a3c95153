package io.pawl.memory;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** Something that is closed by exactly one call, whichever threads call. */
abstract class OnceClosed {

  static final int OPEN = 0;
  private static final int CLOSED = 1;

  private static final AtomicIntegerFieldUpdater<OnceClosed> STATUS =
      AtomicIntegerFieldUpdater.newUpdater(OnceClosed.class, "status");

  /** Set back to OPEN, without a call, by who claimed to close it and could not. */
  volatile int status;

  OnceClosed() {}

  /**
   * Becomes closed.
   *
   * @throws IllegalStateException if it is
   */
  final void claimClose() {
    if (!STATUS.compareAndSet(this, OPEN, CLOSED)) {
      throw closed();
    }
  }

  /**
   * Checks that this is open.
   *
   * @throws IllegalStateException if it is closed
   */
  final void requireOpen() {
    if (status == CLOSED) {
      throw closed();
    }
  }

  /** Whether it is closed. */
  final boolean closedAlready() {
    return status == CLOSED;
  }

  final IllegalStateException closed() {
    return new IllegalStateException("Closed already: " + this);
  }
}
