package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.Words;
import io.pawl.spi.NativeWait;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Parks a platform thread on a native word of its own; if that lasts, in the JDK's {@link
 * LockSupport}, where tools see the thread wait.
 */
final class NativeParker extends Parker {

  /*
   * Algorithm: the futex parker of the Rust standard library, with a second place to sleep.
   *
   * Word:  EMPTY     no permit, nobody parked
   *        NOTIFIED  a permit
   *        PARKED    the thread is in the native wait, or about to enter it
   *        LEAVING   the same; it has been told to go on in LockSupport
   *        VISIBLE   the thread is in LockSupport, or about to enter it
   *
   * Transitions
   *
   *              unpark                      park: return at once
   *   EMPTY -----------------> NOTIFIED ------------------------------> EMPTY
   *     | park                     ^
   *     v      unpark, wake        |
   *   PARKED --------------------->+
   *   | | WaitWatch, wake          |
   *   | v      unpark, wake        |
   *   | LEAVING ------------------>+         thread returns
   *   | | thread                   |
   *   | |                          |
   *   +-+ thread, at the limit     |
   *     v      unpark, LockSupport |
   *   VISIBLE -------------------->+
   *
   *   PARKED, LEAVING, VISIBLE -- timeout, interrupt, spurious return --> EMPTY
   *
   * I1  Only the owner leaves NOTIFIED; only the owner enters PARKED and VISIBLE, the latter by a
   *     compare-and-set.
   * I2  unpark that replaces PARKED or LEAVING wakes the word afterwards. The kernel compares the word
   *     with PARKED under its queue lock, so a wait that begins later does not sleep.
   * I3  unpark that replaces VISIBLE gives the thread its permit of LockSupport afterwards: the thread
   *     sleeps there or finds the permit when it comes.
   * I4  Nobody needs what WaitWatch does to be woken: while the thread may sleep on the word, the word
   *     says so, whether or not the wake that goes with LEAVING ever comes.
   * I5  A permit of LockSupport that is left over, from I3 or from others, ends a later wait there for
   *     no reason, at most once.
   * I6  A state that an error has left behind is below EMPTY, and the next park makes it one less. The
   *     native wait does not sleep on that, and the park returns for no reason, or sleeps as VISIBLE.
   *
   * Memory order: every change is a sequentially consistent read-modify-write. The one that replaces
   * NOTIFIED acquires what the unparker did before it stored NOTIFIED. A look at the word between the
   * two places is opaque: the compare-and-set that follows tells.
   *
   * The blocker is set after all that begins a wait, which may start a thread: what that waits for in
   * the JDK would clear it.
   */
  static final int NOTIFIED = 1;
  static final int EMPTY = 0;
  static final int PARKED = -1;
  static final int LEAVING = -2;
  static final int VISIBLE = -3;

  private final Reference<Thread> thread;
  final long word;
  private @Nullable Hook hook;

  NativeParker(Reference<Thread> thread) {
    this.thread = thread;
    word = LongWaits.WORDS.lease(this);
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
    boolean _ = Rescuer.INSTANCE.pay();
    if (Words.getAndAdd(word, -1) == NOTIFIED) {
      return;
    }
    try {
      long end = LongWaits.begin(word, deadline);
      LockSupport.setCurrentBlocker(blocker);
      sleep(end, deadline, interruptible);
    } finally {
      LockSupport.setCurrentBlocker(null);
      Words.getAndSet(word, EMPTY);
    }
  }

  @Override
  public void park(long deadline) {
    boolean _ = Rescuer.INSTANCE.pay();
    if (Words.getAndAdd(word, -1) == NOTIFIED) {
      return;
    }
    try {
      sleep(LongWaits.begin(word, deadline), deadline, true);
    } finally {
      Words.getAndSet(word, EMPTY);
    }
  }

  /**
   * Sleeps on the word, and then, if it has been told to or at the end of this part, in
   * LockSupport.
   */
  private void sleep(long end, long deadline, boolean interruptible) {
    if (LongWaits.endsSoon(end, deadline)) {
      await(end, interruptible);
    } else {
      awaitCounted(end, interruptible);
    }
    for (int state = Words.getOpaque(word);
        state == LEAVING || (state == PARKED && end != deadline && Deadlines.passed(end));
        state = Words.getOpaque(word)) {
      if (Words.compareAndSet(word, state, VISIBLE)) {
        LockSupportParker.sleep(deadline);
        return;
      }
    }
  }

  /** In parts that end soon while there is no rescuer, one after the other for the same reason. */
  private void awaitCounted(long end, boolean interruptible) {
    do {
      long last = Rescuer.INSTANCE.enter(end);
      try {
        await(last, interruptible);
      } finally {
        Rescuer.INSTANCE.leave();
      }
    } while (Words.getOpaque(word) == PARKED && !Deadlines.passed(end));
  }

  /** Again if it has ended for no reason: else a wait that is made of short ones would not show. */
  private void await(long end, boolean interruptible) {
    do {
      if (interruptible) {
        hook().await(end);
      } else {
        await(end);
      }
    } while (Words.getOpaque(word) == PARKED && !Deadlines.passed(end));
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
      switch (Words.getAndSet(word, NOTIFIED)) {
        case PARKED, LEAVING -> {
          int _ = backend().wake(word, 1, false);
        }
        case VISIBLE -> LockSupport.unpark(thread());
        default -> {} // awake
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
      LockSupport.unpark(thread());
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
