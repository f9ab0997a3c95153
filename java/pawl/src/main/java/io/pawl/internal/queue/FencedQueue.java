package io.pawl.internal.queue;

import io.pawl.internal.fence.Fences;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A queue whose wakers free something by a plain store and look for waiters after a light fence;
 * keeps the heavy fences of its waiters rare.
 *
 * <p>A heavy fence takes microseconds and disturbs every running thread. A queue that is in use
 * therefore switches to a contended mode, in which both sides execute full fences, and leaves it
 * when nobody has waited for a while.
 */
public abstract class FencedQueue extends WaitQueue {

  /*
   * Phase     LIGHT    wakers rely on the light fence
   *           ARMING   a waiter has asked wakers for a full fence, but some may not know
   *           ARMED    every waker executes a full fence, or has been flushed
   *
   * Transitions of stage, which is 4 times the epoch plus the phase. It only goes up, so a thread that
   * compares and sets it is never deceived by a later epoch (of the next 2^30).
   *
   *   4e+LIGHT --waiter--> 4e+ARMING --heavy fence, waiter--> 4e+ARMED --waker--> 4(e+1)+LIGHT
   *
   * Protocol of a waker:   free by a release store; Fences.light(); stage; full fence unless LIGHT; look
   * Protocol of a waiter:  publish; full fence; stage; heavy fence unless ARMED; look at what was freed
   *
   * Why one of the two sees the other. Let waker K miss what waiter S has published. Then K reads the
   * phase, K looks, S publishes, S reads the phase: in that order, each being a volatile access or
   * separated by a fence.
   *   - S executes a heavy fence: it pairs with K's light one (Fences).
   *   - S reads ARMED and K read ARMING or ARMED: both execute full fences.
   *   - S reads 4e+ARMED and K read LIGHT. K's read came before S's, so it was of epoch e or an earlier
   *     one: K read the phase < 4e+ARMING was set < heavy fence < 4e+ARMED was set < S reads it. K's store
   *     comes before K's read in its program, and K's read before the heavy fence, so that fence has
   *     made the store visible: S sees it.
   *
   * A waker that finds no queue yet is like one that has read LIGHT of epoch 0. Only a thread that has
   * read 4e+ARMING, or set it, before its heavy fence sets 4e+ARMED.
   *
   * While fences are symmetric nobody leaves LIGHT: a waiter whose full fence is followed by a look that
   * finds them so needs no more (Fences.isHeavyDear).
   *
   * Memory order
   *   stage   volatile CAS; volatile read
   *   quiet   plain, by any waker; a lost update delays or hastens the change of mode
   */
  private static final int LIGHT = 0;
  private static final int ARMING = 1;
  private static final int ARMED = 2;
  private static final int PHASE = 3;

  /** From ARMED to the next LIGHT. */
  private static final int NEXT_EPOCH = 2;

  /** So many full fences cost about as much as one heavy fence. */
  private static final int QUIET_RELEASES = 1000;

  private static final AtomicIntegerFieldUpdater<FencedQueue> STAGE =
      AtomicIntegerFieldUpdater.newUpdater(FencedQueue.class, "stage");

  private volatile int stage;

  /** How many releases in a row have found nobody, in the contended mode. */
  private int quiet;

  /** Constructs an empty queue in the light phase. */
  FencedQueue() {}

  /**
   * The waiter's fence, between what it has published, by a volatile write, and its look at what it
   * waits for.
   */
  void fence() {
    VarHandle.fullFence();
    int s = stage;
    if ((s & PHASE) == ARMED || !Fences.isHeavyDear()) {
      return;
    }
    if ((s & PHASE) == LIGHT) {
      s = STAGE.compareAndSet(this, s, s + 1) ? s + 1 : stage;
    }
    Fences.heavy();
    if ((s & PHASE) == ARMING) {
      boolean _ = STAGE.compareAndSet(this, s, s + 1);
    }
  }

  /**
   * The waker's look, after it has freed something and executed a light fence.
   *
   * @return whether threads may wait
   */
  final boolean isWaited() {
    int s = stage;
    if ((s & PHASE) == LIGHT) {
      return !isEmpty();
    }
    VarHandle.fullFence();
    if (isEmpty()) {
      if (++quiet > QUIET_RELEASES && (s & PHASE) == ARMED) {
        quiet = 0;
        boolean _ = STAGE.compareAndSet(this, s, s + NEXT_EPOCH);
      }
      return false;
    }
    quiet = 0;
    return true;
  }

  /**
   * Whether wakers execute full fences.
   *
   * @return true in the contended mode
   */
  final boolean isArmed() {
    return (stage & PHASE) == ARMED;
  }
}
