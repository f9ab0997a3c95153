package io.pawl.internal.queue;

/** A lock, or permits, as one of several things to wait for. */
public abstract class LockAlternative extends Alternative {

  /*
   * What AcquireQueue.contend does for a thread that waits for one lock, in steps:
   *
   *             enlist            woken by a release
   *   idle ---------------> listed -----------------> heir ----retry, acquires----> taken
   *                          |  ^                      | |
   *                          |  +-- retry, in vain ----+ |
   *                          |                           |
   *                          +-------- withdraw ---------+--> left, wake passed on
   *
   * Invariants, beside those of AcquireQueue
   *   L1  While it is the heir the thread waits for nothing that depends on another waiter of this lock: for
   *       the inner lock of a channel at most. It then tries, and acquires, is listed again, or leaves.
   *   L2  It is never handed the lock (Waiter.oneOfSeveral): it might have taken something else. So it
   *       never asks for the hand-off.
   *   L3  So that those behind it come to their turns, and to their hand-offs, it goes to the end of the queue after
   *       MAX_FRUITLESS wakes in vain.
   *   L4  Listed, it takes the lock only as the heir, or in the look that follows the listing, as any waiter.
   */

  private final int ask;

  /** Whether the thread has been woken as the heir and not been listed again since. */
  private boolean heir;

  private int fruitless;

  /**
   * Constructs an alternative.
   *
   * @param ask {@link AcquireQueue#EXCLUSIVE}, or how many permits
   * @param result what is taken
   */
  @SuppressWarnings("this-escape")
  protected LockAlternative(int ask, Object result) {
    this.ask = ask;
    this.result = result;
  }

  /** The result is the same each time. */
  @Override
  public final void forget() {}

  /**
   * The queue of the lock, made when it is first needed.
   *
   * @return the same queue each time
   */
  protected abstract AcquireQueue queue();

  /** Called before each attempt to acquire the lock through the queue. */
  protected void attempts() {}

  @Override
  final boolean enlist(Waiter w) {
    AcquireQueue q = queue();
    w.ask = ask;
    heir = false;
    fruitless = 0;
    return list(q, w);
  }

  private boolean list(AcquireQueue q, Waiter w) {
    q.list(w, fruitless > 0);
    if (!w.announced) {
      q.announce(w);
    }
    if (heir) {
      heir = false;
      q.heirGone();
    }
    q.fence();
    attempts();
    return q.recheck(ask);
  }

  @Override
  final boolean retry(Waiter w) {
    AcquireQueue q = queue();
    heir = true;
    attempts();
    if (q.tryAcquireAsHeir(ask)) {
      return true;
    }
    fruitless = fruitless == AcquireQueue.MAX_FRUITLESS ? 0 : fruitless + 1;
    return list(q, w);
  }

  @Override
  final void withdraw(Waiter w, boolean taken) {
    if (w.status() == Waiter.IDLE) {
      return;
    }
    AcquireQueue q = queue();
    boolean woken = !q.cancel(w) && w.status() == Waiter.NOTIFIED;
    q.leaveOne(w, heir || woken, taken);
  }
}
