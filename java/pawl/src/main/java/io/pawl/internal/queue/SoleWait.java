package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread at a time waits for something that others bring about, who then wake it.
 *
 * <p><b>Memory consistency:</b> what a thread does before it wakes happens-before the return of a
 * wait that has been woken by it.
 */
public final class SoleWait {

  /*
   * Protocol
   *   waiter:  begin(); change the state, so that others know that somebody waits; await(); end()
   *   waker:   change the state, and see by the one before that somebody waits; parker(); unpark
   *
   * Why no wake is lost: the parker is there before the state tells that somebody waits, so whoever
   * has seen that in the state finds it. Its permit is kept until the waiter parks, which looks at the
   * state before each park. A waker that comes late, when the wait is over, finds no parker, or
   * leaves a permit that makes a later park return for no reason, as parks may.
   *
   * Memory order
   *   parker   volatile
   *   waiter   plain: the waiting thread's, one at a time by the caller's mutual exclusion
   */
  private volatile @Nullable Parker parker;

  private @Nullable Waiter waiter;

  /** Constructs a place where nobody waits. */
  public SoleWait() {}

  /**
   * Lets the current thread be woken from now on.
   *
   * @throws OutOfMemoryError if there is no memory for a wait; nothing has been done then
   */
  public void begin() {
    Waiter w = Waiter.take();
    waiter = w;
    parker = w.parker();
  }

  /**
   * Waits until something has been reached. To be called between {@link #begin} and {@link #end}.
   *
   * @param blocker what thread dumps show
   * @param reached looks whether that is so; what it throws is passed on
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link AcquireQueue#ACQUIRED} if it has been reached, {@link AcquireQueue#TIMED_OUT} or
   *     {@link AcquireQueue#INTERRUPTED}
   */
  public int await(Object blocker, BooleanSupplier reached, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? awaitObserved(blocker, reached, interruptible, deadline)
        : awaitUnobserved(blocker, reached, interruptible, deadline);
  }

  private int awaitObserved(
      Object blocker, BooleanSupplier reached, boolean interruptible, long deadline) {
    WaitRecord wait = Observation.began(blocker, Wait.Mode.EXCLUSIVE);
    int result = Observers.FAILED;
    try {
      result = awaitUnobserved(blocker, reached, interruptible, deadline);
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private int awaitUnobserved(
      Object blocker, BooleanSupplier reached, boolean interruptible, long deadline) {
    Parker mine = Objects.requireNonNull(parker);
    boolean interrupted = false;
    int result = AcquireQueue.ACQUIRED;
    try {
      while (result == AcquireQueue.ACQUIRED && !reached.getAsBoolean()) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = AcquireQueue.INTERRUPTED;
        } else if (Deadlines.passed(deadline)) {
          result = AcquireQueue.TIMED_OUT;
        } else {
          mine.park(blocker, deadline, interruptible);
        }
      }
    } finally {
      if (interrupted && result != AcquireQueue.INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
    }
    return result;
  }

  /** Ends the wait of the current thread. */
  public void end() {
    parker = null;
    Waiter w = waiter;
    waiter = null;
    if (w != null) {
      w.release();
    }
  }

  /**
   * What wakes the thread that waits.
   *
   * @return its parker, or null if nobody waits
   */
  public @Nullable Parker parker() {
    return parker;
  }
}
