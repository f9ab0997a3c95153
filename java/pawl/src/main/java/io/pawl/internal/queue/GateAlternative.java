package io.pawl.internal.queue;

/** A gate that opens, as one of several things to wait for. */
public abstract class GateAlternative extends Alternative {

  /*
   * The protocol of a waiter at a gate (GateQueue): list, announce, look. All whose gate has opened are
   * notified, so a notified record has no wake to pass on.
   */

  /** Constructs an alternative. */
  protected GateAlternative() {}

  /**
   * The queue of the gate, made when it is first needed.
   *
   * @return the same queue each time; its only gate has key 0
   */
  protected abstract GateQueue queue();

  @Override
  final boolean enlist(Waiter w) {
    GateQueue q = queue();
    w.key = 0;
    q.list(w, false);
    q.announce(w);
    return tryTake();
  }

  /** A gate that has been closed again since is waited for again. */
  @Override
  final boolean retry(Waiter w) {
    if (tryTake()) {
      return true;
    }
    queue().list(w, false);
    return tryTake();
  }

  @Override
  final void withdraw(Waiter w, boolean taken) {
    if (w.status() != Waiter.IDLE) {
      boolean _ = queue().cancel(w);
    }
    if (w.announced) {
      queue().depart();
    }
  }
}
