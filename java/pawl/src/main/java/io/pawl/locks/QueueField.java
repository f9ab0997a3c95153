package io.pawl.locks;

import io.pawl.internal.queue.LockQueue;
import io.pawl.internal.queue.WaitQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Sets the queue of an {@link OwnedLock}, apart from it: a lock without one loads no queue. */
final class QueueField {
  private static final AtomicReferenceFieldUpdater<OwnedLock, @Nullable LockQueue> QUEUE =
      AtomicReferenceFieldUpdater.newUpdater(OwnedLock.class, LockQueue.class, "queue");

  private QueueField() {}

  /** Initializes this class. */
  static void initialize() {}

  /** Gives a lock a queue unless another thread has, and returns the one that it has. */
  static LockQueue install(OwnedLock lock) {
    return WaitQueue.install(QUEUE, lock, lock.newQueue());
  }
}
