package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for gates to open, and that are woken all together once theirs has: for a
 * count to reach zero, for a phase to be over.
 *
 * <p>The owner keeps the state and says which gates are open ({@link #isOpen}). Gates are numbered
 * by keys, so that threads that wait for the next gate already are left alone when the present one
 * opens.
 *
 * <p><b>Memory consistency:</b> what a thread does before it opens a gate happens-before the return
 * of a wait for that gate with {@link #WOKEN}.
 */
public abstract class GateQueue extends WaitQueue {

  /*
   * Protocol
   *   waiter:  list; announce; look at the gate; park
   *   opener:  change the state; opened(): look at the size; request a wake
   *
   * What the owner guarantees
   *   G1  A gate that is open stays open.
   *   G2  The gates open one after the other: whoever waits for a gate has seen all earlier ones open.
   *   G3  The state is changed by a volatile write or read-modify-write, and isOpen reads it so.
   *
   * Why the opener may skip the wake while size is 0: listing, announcing and looking at the gate, as
   * well as the change of the state and the look at the size, are volatile accesses, and those of all
   * threads have one order that agrees with the program order of each. If the opener reads a size
   * without the waiter, the waiter announces itself later in that order and then sees the gate open.
   * No further fence is needed on either side.
   *
   * Why one request serves all: next() takes the first waiter as long as its gate is open, and keeps
   * the request open; it drops the request at the first waiter W whose gate is closed. A waiter X
   * behind W whose gate is open does not sleep: by G2 the thread of W had seen the gate of X open
   * before it listed W, and X, listed after W, looks at its gate afterwards. A waiter that is not in
   * the list by then is listed after the state has changed, and sees that too.
   *
   * Spinning: a patient queue has its platform threads spin for about as long as a sleep and a wake cost,
   * before they are listed, unless that has not paid off lately (SpinHistory).
   *
   * Invariants
   *   I1  A waiter is notified only after its gate has opened, so it need not look again.
   *   I2  A notified waiter has nothing to pass on: the request that woke it is still open.
   */

  /** Results of {@link #await}. */
  public static final int WOKEN = 0;

  public static final int TIMED_OUT = AcquireQueue.TIMED_OUT;
  public static final int INTERRUPTED = AcquireQueue.INTERRUPTED;

  /** Of a patient queue. */
  private final @Nullable SpinHistory spins;

  /**
   * Initializes this class, and counts the processors, before a thread comes here at the end of its
   * stack or its memory: a class whose initialization has failed is lost.
   */
  public static void initialize() {
    Spin.initialize();
    Observers.initialize();
  }

  /** Constructs an empty queue, whose threads spin briefly before they sleep. */
  protected GateQueue() {
    this(false);
  }

  /**
   * Constructs an empty queue.
   *
   * @param patient whether platform threads spin, if that pays off, for about as long as a sleep
   *     and a wake cost: for gates that are usually opened soon, by one thread for one other
   */
  protected GateQueue(boolean patient) {
    this.spins = patient ? new SpinHistory() : null;
  }

  /**
   * Whether a gate is open; once it is, it stays so. Also called with the list locked, so it must
   * neither throw nor wait.
   *
   * @param key which gate
   * @return whether threads may pass it
   */
  protected abstract boolean isOpen(int key);

  /**
   * Waits until a gate is open.
   *
   * @param blocker what thread dumps show
   * @param key which gate
   * @param interruptible whether an interrupt ends the wait for a gate that is closed; the
   *     interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link #WOKEN} if the gate is open, {@link #TIMED_OUT} or {@link #INTERRUPTED}
   */
  public final int await(Object blocker, int key, boolean interruptible, long deadline) {
    return await(blocker, key, interruptible, deadline, false);
  }

  /**
   * Waits until a gate is open. If the current thread is a worker of a {@link ForkJoinPool} and has
   * to sleep, the pool is told, which may let another thread work meanwhile.
   *
   * @param blocker what thread dumps show
   * @param key which gate
   * @param interruptible whether an interrupt ends the wait for a gate that is closed; the
   *     interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link #WOKEN} if the gate is open, {@link #TIMED_OUT} or {@link #INTERRUPTED}
   * @throws java.util.concurrent.RejectedExecutionException if the pool can't do without the thread
   */
  public final int awaitManaged(Object blocker, int key, boolean interruptible, long deadline) {
    boolean managed = Thread.currentThread() instanceof ForkJoinWorkerThread;
    return await(blocker, key, interruptible, deadline, managed);
  }

  private int await(
      Object blocker, int key, boolean interruptible, long deadline, boolean managed) {
    for (int step = 0; !isOpen(key); step++) {
      if (interruptible && Thread.interrupted()) {
        return INTERRUPTED;
      }
      if (Deadlines.passed(deadline)) {
        return TIMED_OUT;
      }
      if (step == Spin.STEPS || !isEmpty()) {
        return Observers.arePresent()
            ? blockObserved(blocker, key, interruptible, deadline, managed)
            : block(blocker, key, interruptible, deadline, managed);
      }
      Spin.pause(step);
    }
    return WOKEN;
  }

  private int blockObserved(
      Object blocker, int key, boolean interruptible, long deadline, boolean managed) {
    WaitRecord wait = Observation.began(blocker, Wait.Mode.GATE, size(), null, null);
    int result = Observers.FAILED;
    try {
      result = block(blocker, key, interruptible, deadline, managed);
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private int block(
      Object blocker, int key, boolean interruptible, long deadline, boolean managed) {
    if (spins != null && spin(spins, key)) {
      return WOKEN;
    }
    return managed
        ? sleepManaged(blocker, key, interruptible, deadline)
        : sleep(blocker, key, interruptible, deadline);
  }

  /** Spins until a gate is open; false if it was not soon enough. */
  private boolean spin(SpinHistory history, int key) {
    if (!history.allowsCurrentThread()) {
      return false;
    }
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 16; i++) {
        if (isOpen(key)) {
          history.record(true);
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < Spin.SLEEP_NANOS);
    history.record(false);
    return false;
  }

  private int sleep(Object blocker, int key, boolean interruptible, long deadline) {
    Waiter w = Waiter.take();
    w.key = key;
    int result = WOKEN;
    boolean interrupted = false;
    boolean announced = false;
    try {
      list(w, false);
      announce(w);
      announced = true;
      if (isOpen(key)) {
        boolean _ = cancel(w);
      }
      while (w.status() == Waiter.WAITING) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = cancel(w) ? INTERRUPTED : WOKEN;
        } else if (Deadlines.passed(deadline)) {
          result = cancel(w) ? TIMED_OUT : WOKEN;
        } else {
          w.parker().park(blocker, deadline, interruptible);
        }
      }
    } catch (Throwable t) {
      // The record may be on its way into the queue: it is not used again.
      w.abandoned = true;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      boolean _ = cancel(w);
      throw t;
    } finally {
      if (announced) {
        depart();
      }
    }
    w.release();
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  private int sleepManaged(Object blocker, int key, boolean interruptible, long deadline) {
    class Sleep implements ForkJoinPool.ManagedBlocker {
      int result = WOKEN;

      @Override
      public boolean isReleasable() {
        return isOpen(key);
      }

      @Override
      public boolean block() {
        result = sleep(blocker, key, interruptible, deadline);
        return true;
      }
    }
    Sleep sleep = new Sleep();
    try {
      ForkJoinPool.managedBlock(sleep);
    } catch (InterruptedException _) {
      // Thrown by a pool that is being stopped, before block(): waiting is allowed all the same.
      return sleep(blocker, key, interruptible, deadline);
    }
    return sleep.result;
  }

  /** Called after a gate has opened: wakes those that wait for it. */
  public final void opened() {
    if (!isEmpty()) {
      requestWake();
    }
  }

  @Override
  final @Nullable Parker next() {
    for (Waiter first; (first = first()) != null && isOpen(first.key); ) {
      Parker parker = take(first, Waiter.NOTIFIED);
      if (parker != null) {
        more = true;
        return parker;
      }
    }
    return null;
  }
}
