package io.pawl.locks;

import io.pawl.internal.observe.Order;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Alternative;
import io.pawl.internal.queue.ConditionQueue;
import io.pawl.internal.queue.LockAlternative;
import io.pawl.internal.queue.QueueAccess;
import org.jspecify.annotations.Nullable;

/** The queues of mutexes, for threads that wait for several things at the same time. */
final class LockAccess extends QueueAccess {

  static {
    QueueAccess.add(new LockAccess());
  }

  private LockAccess() {}

  /** Makes the queues known; called before there is one. */
  static void initialize() {}

  @Override
  protected @Nullable Alternative alternative(Object lock, int ask) {
    return lock instanceof Mutex mutex ? new MutexAlternative(mutex) : null;
  }

  @Override
  protected @Nullable ConditionQueue conditionQueue(Object condition) {
    return condition instanceof Condvar condvar ? condvar.queue() : null;
  }

  /** A mutex as one of several things to wait for; its hold is what is taken. */
  private static final class MutexAlternative extends LockAlternative {
    private final Mutex mutex;

    MutexAlternative(Mutex mutex) {
      super(AcquireQueue.EXCLUSIVE, mutex.held());
      this.mutex = mutex;
    }

    @Override
    protected void requireWaitable() {
      mutex.requireNotHeld();
    }

    @Override
    protected boolean tryTake() {
      return mutex.tryLock();
    }

    @Override
    protected AcquireQueue queue() {
      return (AcquireQueue) mutex.queue();
    }

    @Override
    protected void attempts() {
      if (Order.ON) {
        Ordered.tryLock(mutex);
      }
    }
  }
}
