package io.pawl.locks;

import java.io.Serial;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;

/**
 * The state of an {@link OwnedLock}, apart from its queue: to make an updater of a field has the
 * types of all fields of the class loaded.
 */
abstract class LockState extends AbstractOwnableSynchronizer {

  static final AtomicIntegerFieldUpdater<LockState> STATE =
      AtomicIntegerFieldUpdater.newUpdater(LockState.class, "state");

  @Serial private static final long serialVersionUID = 1L;

  transient volatile int state;

  LockState() {}
}
