package io.pawl.internal.queue;

import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a semaphore: its threads wait for a number of permits each, and are served in the
 * order in which they came, so one that asks for many holds up those behind it.
 */
public abstract class PermitQueue extends AcquireQueue {

  /*
   * Algorithm: next(), with the list locked, looks at the first waiter and wakes it as heir if its ask
   * can be met; else it wakes nobody and leaves the ask in blocked. The heir takes its permits itself,
   * since others may barge, and wakes the next one when it has (AcquireQueue.leave).
   *
   * Protocol of a release:  add to the permits by a read-modify-write; released()
   *
   * Why a release needs no fence before its look: the addition and the reads of the queue's fields are
   * volatile, as are a waiter's announcement, its listing and the look at the permits, and volatile
   * accesses have one order that agrees with the program order of each thread. Either the release
   * finds the waiter announced, or the waiter's look, which comes later, finds the permits.
   *
   * Why a look that finds the first waiter W blocked may wake nobody: the ask of W is more than the
   * permits. Only three things change that, and each is followed by a look:
   *   - permits are added: the release looks, or it finds heir set, and then the thread that clears
   *     heir compares the permits with the ask afterwards (unclaimed), or looks itself;
   *   - W gives up: it sets leftUnasked and looks, or finds heir set, and then unclaimed() sees that;
   *   - another waiter comes before W: only an heir does, and it looks after it has been listed.
   *
   * Invariants
   *   I1  A listed thread takes no permits: it has the queue looked at, and takes them as heir. So W
   *       leaves the list by being woken or by giving up, never otherwise.
   *   I2  While there are fewer permits than the least that anybody asks for, which is 1, or 0 once a
   *       waiter has asked for 0, nobody can be served, and whoever adds to them looks. A waiter that
   *       asks for 0 says so before it looks.
   *   I3  A look wakes a thread only if its ask can be met then. A thread that has come back to the
   *       queue does not wake itself again unless permits have been added meanwhile.
   *
   * Starvation: after too many fruitless wakes of W newcomers leave the permits alone as long as they
   * are enough for W, which then gets them. While they are not, newcomers may take what W could not
   * use: a thread that holds permits and gets some more is not held up by one that waits for all.
   */

  /** Whether a waiter has ever asked for 0 permits. */
  private volatile boolean zeroAsked;

  /** The ask of the thread woken last. */
  private volatile int heirAsk;

  /** Constructs an empty queue. */
  protected PermitQueue() {}

  /**
   * How many permits there are; a volatile read. Called with the list locked, so it must not throw.
   *
   * @return the number, which may be negative
   */
  protected abstract int permits();

  /**
   * Whether newcomers may take permits past those who wait, in a queue that is not fair.
   *
   * @return false if a thread that has been woken in vain too often can be served now
   */
  public final boolean letsBarge() {
    return !isHandOffDue() || permits() < heirAsk;
  }

  @Override
  protected final boolean mayBarge(int ask) {
    return letsBarge();
  }

  @Override
  protected final boolean isAvailable(int reason) {
    return permits() >= (zeroAsked ? reason : Math.max(reason, 1));
  }

  @Override
  final Wait.Mode modeOf(int ask) {
    return Wait.Mode.PERMITS;
  }

  /** Permits are added by a read-modify-write, which is a full fence itself. */
  @Override
  final void fence() {
    VarHandle.fullFence();
  }

  @Override
  protected final boolean recheck(int ask) {
    if (ask == 0) {
      zeroAsked = true;
    }
    passOn();
    return false;
  }

  @Override
  final @Nullable Parker next() {
    leftUnasked = false;
    for (Waiter first; (first = first()) != null; ) {
      int ask = first.ask;
      if (permits() < ask) {
        blocked = ask;
        return null;
      }
      heirAsk = ask;
      Parker parker = takeNotified(first);
      if (parker != null) {
        return parker;
      }
    }
    blocked = 0;
    return null;
  }
}
