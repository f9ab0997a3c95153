package io.pawl.internal.park;

import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The permit of one platform thread, which any thread can give to it before it has ever parked.
 *
 * <p>The permit is no part of the parker, which only puts the thread to sleep: giving it needs no
 * parker, a parker can be replaced while a permit is there, and no wait for a lock uses it up.
 *
 * <p><b>Memory consistency:</b> what a thread does before {@link #unpark} happens-before the return
 * of the {@link #park} or {@link #takeCurrent} that consumes the permit.
 */
public final class Permit extends ThreadTable.Entry {

  /*
   * Algorithm: the futex parker of the Rust standard library, with a field in place of the word and a
   * Parker in place of the futex.
   *
   * State   1            NOTIFIED  a permit
   *         0            EMPTY     no permit, the thread is not parked
   *         -1 or below  PARKED    no permit, the thread sleeps on its parker, or is about to. Below -1
   *                                only where an error once kept the thread from leaving PARKED.
   *
   * Transitions
   *
   *            unpark                    park: return at once
   *   EMPTY ------------> NOTIFIED ------------------------------> EMPTY
   *     | park                ^
   *     v      unpark, wake   |          thread returns
   *   PARKED -----------------+
   *     | timeout, interrupt, spurious return of the parker
   *     +---------------------------------------------------------> EMPTY
   *
   * I1  Only the thread itself leaves NOTIFIED, and enters PARKED.
   * I2  An unpark that replaces PARKED unparks the parker on which the thread sleeps. The thread stores
   *     that parker before it enters PARKED, so the unpark finds it, or one stored later. One stored
   *     later means that the thread has left that park. The parker keeps a permit of its own: unparked
   *     before the thread sleeps on it, it does not let it sleep.
   * I3  A permit is lost neither by a change of the parker nor by an unpark of the wrong one: the state
   *     has it, and the thread looks at the state after it has stored the parker. Late or wrong unparks
   *     of a parker end a later park without reason, at most once each.
   * I4  An error that leaves PARKED behind is harmless: to unpark it is I2, with nobody asleep; to park
   *     once more keeps it below EMPTY.
   *
   * Memory order
   *   field   read      write                        why
   *   state   volatile  read-modify-write, volatile  Each change replaces a value that it reads, even
   *                                                  NOTIFIED by NOTIFIED: so the unparks that found a
   *                                                  permit there are seen by whoever consumes it.
   *   parker  volatile  volatile, before PARKED      I2
   */
  private static final int EMPTY = 0;
  private static final int NOTIFIED = 1;

  private static final AtomicIntegerFieldUpdater<Permit> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Permit.class, "state");

  private volatile int state;
  private volatile @Nullable Parker parker;

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  Permit(Thread thread, ReferenceQueue<Thread> queue) {
    super(thread, queue);
  }

  /**
   * Blocks the current thread, a platform thread, until it has a permit, which this consumes, until
   * it is interrupted, or until the deadline passes; or for no reason. Returns at once if one of
   * these is so already. The interrupted status is left as it is, and so is what {@link
   * java.util.concurrent.locks.LockSupport#getBlocker} shows.
   *
   * @param deadline when to return at the latest, on the clock of {@link System#nanoTime()}
   * @throws IllegalStateException if a backend was demanded that cannot be had
   */
  public static void park(long deadline) {
    Permit permit = Permits.INSTANCE.ofCurrentThread();
    if (permit.take() || Thread.currentThread().isInterrupted()) {
      return;
    }
    Parker parker = permit.parker();
    if (STATE.getAndDecrement(permit) == NOTIFIED) {
      return;
    }
    try {
      parker.park(deadline);
    } finally {
      STATE.getAndSet(permit, EMPTY);
    }
  }

  /** Consumes the permit of the current thread, a platform thread, if it has one. */
  public static void takeCurrent() {
    boolean _ = Permits.INSTANCE.ofCurrentThread().take();
  }

  private boolean take() {
    return state == NOTIFIED && STATE.getAndSet(this, EMPTY) == NOTIFIED;
  }

  /**
   * Gives a platform thread its permit, waking it if it is parked; does nothing if it has not been
   * started or has ended.
   *
   * @param thread to whom
   */
  public static void unpark(Thread thread) {
    Permit permit = Permits.INSTANCE.of(thread);
    if (permit != null && STATE.getAndSet(permit, NOTIFIED) < EMPTY) {
      permit.unparkParker();
    }
  }

  private void unparkParker() {
    Parker sleeping = parker;
    if (sleeping != null) {
      sleeping.unpark();
    }
  }

  /** The parker of the current thread, whose permit this is. */
  private Parker parker() {
    Parker p = parker;
    if (p == null || !p.isCurrent()) {
      parker = p = Parker.create(this);
    }
    return p;
  }
}
