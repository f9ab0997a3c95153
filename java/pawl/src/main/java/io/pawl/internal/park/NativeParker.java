package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.WordSlab;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Parks a platform thread on a native word of its own. */
final class NativeParker extends Parker {

  /*
   * Algorithm: the futex parker of the Rust standard library.
   *
   * Word:  EMPTY     no permit, nobody parked
   *        PARKED    the thread is in the native wait, or about to enter it
   *        NOTIFIED  a permit
   *
   * Transitions
   *
   *            unpark                    park: return at once
   *   EMPTY ------------> NOTIFIED ------------------------------> EMPTY
   *     | park                ^
   *     v      unpark, wake   |          thread returns
   *   PARKED -----------------+
   *     | timeout, interrupt, spurious return
   *     +---------------------------------------------------------> EMPTY
   *
   * I1  Only the owner leaves NOTIFIED; only the owner enters PARKED.
   * I2  unpark that replaces PARKED wakes the word afterwards. The kernel compares the word with
   *     PARKED under its queue lock, so a wait that begins later does not sleep.
   *
   * Memory order: every access is a sequentially consistent read-modify-write. The one that replaces
   * NOTIFIED acquires what the unparker did before it stored NOTIFIED.
   */
  private static final int PARKED = -1;
  private static final int EMPTY = 0;
  private static final int NOTIFIED = 1;

  private final Reference<Thread> thread;
  private final long word;
  private @Nullable Hook hook;

  NativeParker(Reference<Thread> thread) {
    this.thread = thread;
    word = WordSlab.lease(this);
  }

  @Override
  public @Nullable Thread thread() {
    return thread.get();
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void park(Object blocker, long deadline, boolean interruptible) {
    OwedWakes.pay();
    if (Words.getAndAdd(word, -1) == NOTIFIED) {
      return;
    }
    try {
      LockSupport.setCurrentBlocker(blocker);
      if (interruptible) {
        hook().await(deadline);
      } else {
        await(deadline);
      }
    } finally {
      LockSupport.setCurrentBlocker(null);
      Words.getAndSet(word, EMPTY);
    }
  }

  @Override
  public void park(long deadline) {
    OwedWakes.pay();
    if (Words.getAndAdd(word, -1) == NOTIFIED) {
      return;
    }
    try {
      hook().await(deadline);
    } finally {
      Words.getAndSet(word, EMPTY);
    }
  }

  private void await(long deadline) {
    int result = backend().await(word, PARKED, deadline, false);
    switch (result) {
      case 0, NativeWait.EAGAIN, NativeWait.EINTR, NativeWait.ETIMEDOUT -> {}
      default -> throw new IllegalStateException("The native wait failed with error " + result);
    }
  }

  @Override
  void wake() {
    try {
      if (Words.getAndSet(word, NOTIFIED) == PARKED) {
        int _ = backend().wake(word, 1, false);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  void wakeAgain() {
    try {
      Words.setVolatile(word, NOTIFIED);
      int _ = backend().wake(word, 1, false);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static NativeWait backend() {
    return Objects.requireNonNull(Backend.current());
  }

  private Hook hook() {
    Hook h = hook;
    if (h == null) {
      hook = h = new Hook();
    }
    return h;
  }

  /** Unparks the thread when it is interrupted in its native wait. */
  private final class Hook extends InterruptHook {

    void await(long deadline) {
      begin();
      try {
        NativeParker.this.await(deadline);
      } finally {
        end();
      }
    }

    @Override
    protected void onInterrupt() {
      unpark();
    }
  }
}
