package io.pawl.internal.queue;

import io.pawl.observe.Wait;
import java.lang.invoke.VarHandle;

/**
 * The queue of a fair semaphore: its threads wait for a number of permits each, and one that asks
 * for many holds up those behind it.
 */
public abstract class FairPermitQueue extends FairQueue {

  /** Constructs an empty queue. */
  protected FairPermitQueue() {}

  @Override
  final Wait.Mode modeOf(int ask) {
    return Wait.Mode.PERMITS;
  }

  /** Permits are added by a read-modify-write, as for a {@link PermitQueue}. */
  @Override
  final void fence() {
    VarHandle.fullFence();
  }
}
