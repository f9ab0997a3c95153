package io.pawl.internal.queue;

import io.pawl.internal.observe.HeldLocks;
import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.Order;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import io.pawl.observe.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The threads that wait for a condition of a lock, first come first signalled. */
public final class ConditionQueue {

  /*
   * Algorithm: a list guarded by the lock itself. A signal moves the first waiter to the queue of the
   * lock and wakes nobody: the signaller holds the lock, and its release finds the waiter there.
   *
   *   await --> list (CONDITION) --signal--> queue of the lock (WAITING) --> owner again
   *                |
   *                +--timeout, interrupt (CANCELLED)--> acquires the lock, unlinks itself
   *
   * Spinning: the first platform thread to wait spins for about as long as a sleep and a wake cost, and
   * is signalled without a system call on either side if the signal comes that soon, as long as that
   * pays off.
   *
   * Invariants
   *   I1  The list and linked are touched only by the holder of the lock.
   *   I2  A waiter is signalled or cancelled, whichever first replaces CONDITION; a signal that finds
   *       its waiter cancelled goes on to the next, so none is lost.
   *   I3  A signalled waiter that then times out or is interrupted counts as signalled. One that throws
   *       something has no use for its signal, and passes it on once it holds the lock again.
   *       A wait whose thread can neither sleep nor be listed while it acquires the lock again tries for
   *       as long as it takes: it never ends without the lock, also if the release of the lock has
   *       thrown something after it has released it. The room on the stack is made sure of before.
   *   I4  spinner and spins are touched only by the holder of the lock.
   *   I5  A thread that waits for other things besides (FirstOf) is woken by the signal and moved nowhere. It
   *       takes what was signalled, or passes the signal on, with the lock held.
   *   I6  No fence is needed between moving a waiter and the release that wakes it: both are done by
   *       the same thread, the release later in program order.
   */

  public static final int SIGNALLED = 0;
  public static final int TIMED_OUT = AcquireQueue.TIMED_OUT;
  public static final int INTERRUPTED = AcquireQueue.INTERRUPTED;

  private final ConditionLock lock;
  private final WaiterList list = new WaiterList();
  private boolean spinner;
  private final SpinHistory spins = new SpinHistory();

  /**
   * Constructs the queue of one condition.
   *
   * @param lock the lock it belongs to
   */
  public ConditionQueue(ConditionLock lock) {
    this.lock = lock;
  }

  /**
   * The lock that the condition belongs to.
   *
   * @return the lock, as shown in thread dumps
   */
  public Object lock() {
    return lock.blocker();
  }

  /** Throws IllegalMonitorStateException unless the current thread holds the lock. */
  public void requireHeld() {
    if (!lock.isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException(
          "The current thread does not hold the lock of this condition: " + lock.blocker());
    }
  }

  /**
   * Releases the lock, waits for a signal and acquires the lock again.
   *
   * @param blocker what thread dumps show
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link #SIGNALLED}, {@link #TIMED_OUT} or {@link #INTERRUPTED}; the lock is held again
   *     if it was
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public int await(Object blocker, boolean interruptible, long deadline) {
    if (interruptible && Thread.interrupted()) {
      return INTERRUPTED;
    }
    requireHeld();
    if (Order.ON) {
      HeldLocks.waitsAgain(lock.blocker());
    }
    return Observers.arePresent()
        ? awaitObserved(blocker, interruptible, deadline)
        : awaitUnobserved(blocker, interruptible, deadline);
  }

  private int awaitObserved(Object blocker, boolean interruptible, long deadline) {
    WaitRecord wait = Observation.began(blocker, Wait.Mode.CONDITION);
    int result = Observers.FAILED;
    try {
      result = awaitUnobserved(blocker, interruptible, deadline);
    } finally {
      Observers.ended(wait, result);
    }
    return result;
  }

  private int awaitUnobserved(Object blocker, boolean interruptible, long deadline) {
    StackRoom.forWake();
    Waiter w = Waiter.take();
    boolean isSpinner = !Deadlines.passed(deadline) && startsSpinning();
    w.ask = AcquireQueue.EXCLUSIVE;
    w.setStatus(Waiter.CONDITION);
    list.addLast(w);
    long heldAs = lock.heldAs();
    boolean released = false;
    boolean spun = false;
    boolean interrupted = false;
    int result = SIGNALLED;
    @Nullable Throwable thrown = null;
    try {
      lock.releaseFully();
      released = true;
      boolean managed = Thread.currentThread() instanceof ForkJoinWorkerThread;
      spun = isSpinner && Spin.untilWoken(w);
      while (result == SIGNALLED && w.status() == Waiter.CONDITION) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = cancel(w, INTERRUPTED);
        } else if (Deadlines.passed(deadline)) {
          result = cancel(w, TIMED_OUT);
        } else {
          managed = park(w, blocker, deadline, interruptible, managed);
        }
      }
    } catch (Throwable t) {
      thrown = t;
      result = cancel(w, TIMED_OUT);
    }
    if (released || !lock.isHeldByCurrentThread()) {
      acquireAgain(w, result);
      lock.reacquired(heldAs);
    } else {
      list.remove(w);
    }
    if (isSpinner) {
      spinner = false;
      spins.record(spun);
    }
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    if (thrown != null) {
      if (result == SIGNALLED) {
        signal(false);
      }
      throw sneaky(thrown);
    }
    return result;
  }

  private void acquireAgain(Waiter w, int result) {
    if (result == SIGNALLED) {
      acquireSignalled(w);
    } else {
      acquire();
      list.remove(w);
      w.release();
    }
  }

  private void acquireSignalled(Waiter w) {
    try {
      lock.queue().acquireAdopted(w, lock.blocker());
    } catch (Throwable _) {
      acquire();
    }
  }

  /**
   * Acquires the lock, without which no wait may end, whatever fails meanwhile. Who can't queue for
   * it tries past those who do.
   */
  private void acquire() {
    for (int round = 0; !isAcquired(round); round++) {
      Spin.restAnyway(round);
    }
  }

  private boolean isAcquired(int round) {
    try {
      if (round > 0 && lock.tryAcquire()) {
        return true;
      }
      lock.acquire();
      return true;
    } catch (Throwable _) {
      return false;
    }
  }

  private boolean startsSpinning() {
    if (spinner || !spins.allowsCurrentThread()) {
      return false;
    }
    spinner = true;
    return true;
  }

  /**
   * Parks once. A worker of a ForkJoinPool tells the pool, which may let another thread work
   * meanwhile, unless the pool refuses.
   *
   * @return whether to tell the pool the next time
   */
  private static boolean park(
      Waiter w, Object blocker, long deadline, boolean interruptible, boolean managed) {
    if (managed) {
      try {
        ForkJoinPool.managedBlock(new ManagedPark(w, blocker, deadline, interruptible));
        return true;
      } catch (RejectedExecutionException | InterruptedException _) {
        // The pool can't do without the thread, or is being stopped: waiting is allowed all the
        // same.
      }
    }
    w.parker().park(blocker, deadline, interruptible);
    return false;
  }

  private record ManagedPark(Waiter w, Object blocker, long deadline, boolean interruptible)
      implements ForkJoinPool.ManagedBlocker {

    @Override
    public boolean isReleasable() {
      return w.status() != Waiter.CONDITION;
    }

    @Override
    public boolean block() {
      w.parker().park(blocker, deadline, interruptible);
      return true;
    }
  }

  private static int cancel(Waiter w, int reason) {
    return w.casStatus(Waiter.CONDITION, Waiter.CANCELLED) ? reason : SIGNALLED;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable t) throws T {
    throw (T) t;
  }

  /**
   * Moves waiters to the queue of the lock.
   *
   * @param all whether all of them or only the first
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public void signal(boolean all) {
    requireHeld();
    for (Waiter w; (w = list.first()) != null; ) {
      if (w.isOneOfSeveral()) {
        StackRoom.forWake();
      }
      list.remove(w);
      if ((w.isOneOfSeveral() ? tell(w) : move(w)) && !all) {
        return;
      }
    }
  }

  private boolean move(Waiter w) {
    if (!w.casStatus(Waiter.CONDITION, Waiter.WAITING)) {
      return false;
    }
    lock.queue().adopt(w);
    return true;
  }

  // ---- A wait that is one of several of its thread, see ConditionAlternative

  /** Wakes a thread that waits for other things besides. */
  private static boolean tell(Waiter w) {
    Parker parker = w.parker();
    if (!w.casStatus(Waiter.CONDITION, Waiter.NOTIFIED)) {
      return false;
    }
    parker.unpark();
    return true;
  }

  /** Lists a record, with the lock held. */
  void enlist(Waiter w) {
    requireHeld();
    w.ask = AcquireQueue.EXCLUSIVE;
    w.setStatus(Waiter.CONDITION);
    list.addLast(w);
  }

  /**
   * Takes a record out, or passes on the signal that it has consumed; acquires the lock for that.
   */
  void withdraw(Waiter w) {
    acquire();
    try {
      if (w.casStatus(Waiter.CONDITION, Waiter.CANCELLED)) {
        list.remove(w);
      } else {
        signal(false);
      }
    } finally {
      lock.releaseFully();
    }
  }

  /**
   * Which threads wait, in order.
   *
   * @return a new list
   * @throws IllegalMonitorStateException if the current thread does not hold the lock
   */
  public List<Thread> threads() {
    requireHeld();
    List<Thread> threads = new ArrayList<>();
    for (Waiter w = list.first(); w != null; w = w.next) {
      Thread thread = w.thread();
      if (thread != null && w.status() == Waiter.CONDITION) {
        threads.add(thread);
      }
    }
    return threads;
  }
}
