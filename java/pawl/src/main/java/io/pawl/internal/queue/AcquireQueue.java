package io.pawl.internal.queue;

import io.pawl.internal.fence.Fences;
import io.pawl.internal.observe.Observers;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Parker;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a lock: waits until an attempt to acquire it succeeds.
 *
 * <p>A lock keeps its own state and gives this class the attempt ({@link #tryAcquire}). Newcomers
 * may barge, so a busy lock keeps running while a woken thread is on its way; how often the same
 * thread can be barged past is bounded.
 */
public abstract class AcquireQueue extends LockQueue {

  /*
   * Algorithm: a barging lock with a designated waker (as in nsync): at most one woken thread, the
   * heir, is on its way to the lock; it comes from the head of the queue and goes back there when it
   * finds the lock taken.
   *
   *              list                    woken by a release
   *   newcomer ---------> in the queue -----------------------> heir --acquires--> gone
   *    |    |                |  ^                                |
   *    |    | acquires       |  +---- finds the lock taken ------+
   *    |    v                |        (listed at the front)
   *    |   gone              +---- granted: hand-off, shared ----------------> gone
   *    |                     +---- timeout, interrupt: passes on ------------> gone
   *    |
   *    +--elected, while others wait and there is no heir--> heir --acquires--> gone
   *                                                           |
   *       in the queue, as any newcomer <--spins in vain, passes on
   *
   * Both newcomers and heirs spin before they sleep, newcomers also past those who sleep already: where
   * newcomers sleep as soon as one thread does, a busy lock runs at the speed of wake-ups. A spinning
   * newcomer is elected by its own compare-and-set of heir, so that releases leave the sleepers alone
   * while it is about to take the lock. Is there an heir already, it spins beside it. All spin each
   * time, for no longer than a sleep and a wake cost, whether or not it has paid off lately: threads that
   * go by that sleep again as soon as the lock is busy. They look at the lock all the time if its holds
   * are long, and ever more rarely if they are short (HoldSample).
   *
   * Protocol of a release (in the lock):  free the state; Fences.light(); released()
   * Protocol of a waiter (contend):       list; announce; fence(); tryAcquire; park
   *
   * Invariants
   *   I1  heir is true from the request that wakes a thread until that thread has acquired the lock
   *       or is listed again, or until the request has found nobody to wake; and from an election until
   *       the newcomer has acquired the lock or spun in vain.
   *   I2  A release may skip the wake for one of two reasons, each with a pair of fences:
   *       (a) size is 0: a waiter, listed, announces itself, fences, and looks at the lock afterwards;
   *       (b) heir is set: whoever clears it fences and looks at the lock afterwards, or holds it and is the one
   *       to release it. Where others may do that (isReleasedByOthers), it looks although it holds it: it may
   *       have been released already.
   *   I3  A thread that leaves the queue without the lock looks whether the lock could be had, and
   *       passes the wake on.
   *   I4  After MAX_FRUITLESS wakes that came too late a waiter asks for the hand-off: the next release
   *       gives it the lock instead of freeing it. If that release finds the list in use it frees the
   *       lock as usual and the next one tries again.
   *   I5  After MAX_ELECTIONS elections there are no more (but by those that have just seen one fewer)
   *       until a woken heir has acquired the lock: releases wake the sleepers in their turn.
   *
   * Memory order
   *   heir        set by CAS; cleared by a volatile store and a fence() before the look (b). An elected newcomer
   *               that holds the lock alone, and releases it itself, clears it by a release store: its own
   *               release, which it sees first, looks (b), and whoever sees that release sees heir cleared
   *   elections   plain; written by the heir only, so heir orders it. A stale read elects once more
   *   heirWaiter  for diagnosis; set with the list locked before the heir is woken, cleared by the heir
   *   handOffDue  volatile; a release that misses it frees the lock, and a later one sees it
   *   leftUnasked volatile; set before a fence and a look at heir, read after a clearing of heir and a
   *               fence; reset with the list locked, before the look at it. One who finds it set has left
   *               before the next reset, so the look that follows does not find him listed.
   */

  /** Asks for the lock as a whole; shared requests are not negative. */
  public static final int EXCLUSIVE = -1;

  /** Results of {@link #acquire}. */
  public static final int ACQUIRED = 0;

  public static final int TIMED_OUT = 1;
  public static final int INTERRUPTED = 2;

  /** Something was thrown. */
  private static final int ABANDONED = 3;

  static final int MAX_FRUITLESS = 30;

  /** How many newcomers in a row may make themselves the heir while others sleep. */
  static final int MAX_ELECTIONS = 200;

  /** How many looks at the lock there are to one at the clock, where holds are long. */
  private static final int LOOKS_PER_CLOCK = 8;

  private static final AtomicIntegerFieldUpdater<AcquireQueue> HEIR =
      AtomicIntegerFieldUpdater.newUpdater(AcquireQueue.class, "heir");

  /** 1 while a woken thread is on its way, or an elected newcomer spins, else 0. */
  private volatile int heir;

  /** How many newcomers have been elected since a woken heir acquired the lock; the heir's. */
  private int elections;

  private final HoldSample holds = new HoldSample();

  private volatile @Nullable Waiter heirWaiter;

  /**
   * Whether a thread has left the list without being woken as heir since {@link #next} began its
   * last look: it has given up, acquired the lock by itself, or been granted it.
   */
  volatile boolean leftUnasked;

  /**
   * Initializes this class and what an unlock needs, and counts the processors, before a thread
   * comes here at the end of its stack or its memory: a class whose initialization has failed is
   * lost.
   */
  public static void initialize() {
    Spin.initialize();
    Fences.initialize();
    Observers.initialize();
  }

  /** Constructs an empty queue. */
  protected AcquireQueue() {}

  // ---- What the lock provides

  /**
   * Tries to acquire the lock for a thread that has come to its turn.
   *
   * @param ask what it asks for
   * @return whether it did
   */
  protected abstract boolean tryAcquire(int ask);

  /**
   * Whether a newcomer may try to acquire the lock past those who wait.
   *
   * @param ask what it asks for
   * @return false if it is to queue
   */
  protected boolean mayBarge(int ask) {
    return true;
  }

  /**
   * Looks again at the lock on behalf of the current thread, which has just been listed.
   *
   * @param ask what it asks for
   * @return whether it acquired the lock
   */
  protected boolean recheck(int ask) {
    return tryAcquire(ask);
  }

  /**
   * Whether a lock that is held exclusively may be released by others than the thread that has
   * acquired it, even before that goes on.
   *
   * @return false if only its holder releases it
   */
  protected boolean isReleasedByOthers() {
    return false;
  }

  /**
   * Whether waking somebody could be of use now.
   *
   * @param reason what {@link #next} left in {@link #blocked}; 0 if nothing is known
   * @return false if a release is sure to come that will look into the queue
   */
  protected abstract boolean isAvailable(int reason);

  // ---- The waiter's side

  @Override
  final int acquireUnobserved(Object blocker, int ask, boolean interruptible, long deadline) {
    try {
      if (spin(ask, false, deadline)) {
        return ACQUIRED;
      }
    } catch (OutOfMemoryError e) {
      return acquireInNeed(blocker, ask, interruptible, deadline); // a class could not be loaded
    }
    return super.acquireUnobserved(blocker, ask, interruptible, deadline);
  }

  @Override
  final boolean tryUnlisted(int ask) {
    return tryAcquire(ask);
  }

  /**
   * Tries again and again for a while, before the current thread sleeps or goes back to sleep.
   *
   * @param woken whether the thread is the heir; else it is a newcomer, and may become it meanwhile
   * @return whether it has acquired the lock
   */
  private boolean spin(int ask, boolean woken, long deadline) {
    if (!Spin.helps() || (!woken && !mayBarge(ask))) {
      return false;
    }
    boolean elected = false;
    boolean acquired = false;
    boolean forLong = holds.areLong();
    int looks = 0;
    try {
      long start = System.nanoTime();
      long limit = Spin.limit();
      if (deadline != Deadlines.FOREVER) {
        limit = Math.min(limit, deadline - start);
      }
      do {
        if (!woken && !elected && !isEmpty()) {
          elected = elect();
        }
        Spin.pauseBeforeLook(forLong ? 0 : looks);
        if (!woken && !mayBarge(ask)) {
          break;
        }
        acquired = tryAcquire(ask);
        looks++;
      } while (!acquired
          && ((forLong && looks % LOOKS_PER_CLOCK != 0) || System.nanoTime() - start < limit));
      boolean alone = acquired && ask == EXCLUSIVE;
      if (elected) {
        elected = false;
        stepDown(alone && !isReleasedByOthers());
      }
      if (alone) {
        sample();
      }
      if (!acquired) {
        Spin.calibrate();
      }
    } catch (Throwable t) {
      if (acquired) {
        giveBack(ask);
      }
      if (elected) {
        heirGone();
        passOnUnseen();
      }
      throw t;
    }
    return acquired;
  }

  private void sample() {
    try {
      holds.begin();
    } catch (StackOverflowError _) {
      // One sample fewer; the lock is held.
    }
  }

  /**
   * Makes the current thread, a newcomer, the heir, unless there is one or it is a sleeper's turn.
   * The stack has room then for the wake that may fall to it.
   */
  private boolean elect() {
    if (elections >= MAX_ELECTIONS || heir != 0) {
      return false;
    }
    StackRoom.forWake();
    if (!HEIR.compareAndSet(this, 0, 1)) {
      return false;
    }
    elections++;
    return true;
  }

  /**
   * Ends the part of an elected newcomer. It may be listed behind others, who want something else
   * and can be served before it, so they are looked after now.
   *
   * @param looksLater whether it holds the lock alone, and so looks after them when it releases it
   */
  private void stepDown(boolean looksLater) {
    if (looksLater) {
      HEIR.lazySet(this, 0);
    } else {
      heirGone();
      try {
        passOn();
      } catch (Throwable t) {
        passOnUnseen();
        throw t;
      }
    }
  }

  @Override
  final int contend(
      Waiter w, boolean listed, Object blocker, boolean interruptible, long deadline) {
    boolean isHeir = false;
    boolean interrupted = false;
    int fruitless = 0;
    int result = ACQUIRED;
    boolean acquired = false;
    boolean announced = listed;
    try {
      for (; ; ) {
        if (!listed) {
          listed = true;
          list(w, fruitless > 0);
          if (!announced) {
            announce(w);
            announced = true;
          }
          if (isHeir) {
            isHeir = false;
            heirGone();
          }
          if (fruitless > MAX_FRUITLESS) {
            handOffDue = true;
          }
          fence();
          acquired = recheck(w.ask);
          if (acquired) {
            isHeir = !cancel(w);
            break;
          }
        }
        while (w.status() == Waiter.WAITING) {
          if (Thread.interrupted()) {
            interrupted = true;
          }
          if (interruptible && interrupted) {
            result = INTERRUPTED;
          } else if (Deadlines.passed(deadline)) {
            result = TIMED_OUT;
          }
          if (result == ACQUIRED) {
            w.parker().park(blocker, deadline, interruptible);
          } else if (cancel(w)) {
            listed = false;
            break;
          } else {
            result = ACQUIRED;
          }
        }
        if (!listed) {
          break;
        }
        listed = false;
        if (w.status() == Waiter.GRANTED) {
          break;
        }
        isHeir = true;
        if (tryAcquire(w.ask) || spin(w.ask, true, deadline)) {
          elections = 0;
          break;
        }
        fruitless++;
      }
    } catch (Throwable t) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      abandon(w, announced, acquired, isHeir, fruitless);
      throw t;
    }
    try {
      leave(true, isHeir, fruitless, result, w.ask);
    } catch (Throwable t) {
      if (result == ACQUIRED) {
        giveBack(w.ask);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throw t;
    }
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  /** Ends a wait that is no longer linked. */
  private void leave(boolean announced, boolean isHeir, int fruitless, int result, int ask) {
    if (fruitless > MAX_FRUITLESS) {
      handOffDue = false;
    }
    if (isHeir) {
      heirGone();
    } else if (!leftUnasked) {
      leftUnasked = true;
    }
    if (announced) {
      depart();
    }
    if (result == ABANDONED) {
      passOnUnseen();
    } else if (result != ACQUIRED) {
      passOn();
    } else if (isHeir && (ask != EXCLUSIVE || isReleasedByOthers())) {
      passOn();
    }
  }

  /**
   * Ends a wait in which something was thrown, in whatever state it is. The record is not used
   * again: it may still be linked, or be on its way into the queue.
   */
  private void abandon(
      Waiter w, boolean announced, boolean acquired, boolean isHeir, int fruitless) {
    w.abandoned = true;
    boolean woken = !cancel(w) && w.status() == Waiter.NOTIFIED;
    if (acquired || w.status() == Waiter.GRANTED) {
      giveBack(w.ask);
    }
    leave(announced, isHeir || woken, fruitless, ABANDONED, w.ask);
  }

  // ---- A wait that is one of several of its thread, see LockAlternative

  /** Tries to acquire the lock for the heir. */
  final boolean tryAcquireAsHeir(int ask) {
    boolean acquired = tryAcquire(ask);
    if (acquired) {
      elections = 0;
    }
    return acquired;
  }

  /** Ends a wait whose record is not listed any more; what fails is made up for. */
  final void leaveOne(Waiter w, boolean isHeir, boolean acquired) {
    try {
      leave(w.announced, isHeir, 0, acquired ? ACQUIRED : TIMED_OUT, w.ask);
    } catch (Throwable _) {
      passOnUnseen();
    }
  }

  /**
   * What a thread does that is about to wait, or not to, in a way that responds to interrupts.
   *
   * @throws InterruptedException if the current thread is interrupted; its interrupted status is
   *     cleared
   */
  public static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * What a call that can time out and be interrupted makes of a result.
   *
   * @param result of {@link #acquire}
   * @return false if it timed out
   * @throws InterruptedException if it was interrupted
   */
  public static boolean isAcquired(int result) throws InterruptedException {
    if (result == INTERRUPTED) {
      throw new InterruptedException();
    }
    return result == ACQUIRED;
  }

  /** Wakes somebody if that could be of use and nobody is on the way. */
  protected final void passOn() {
    fence();
    if (heir == 0 && hasListed() && isAvailable(0)) {
      wakeHeir();
    }
  }

  /** Wakes somebody whether or not that is of use: what was thrown may come from a heavy fence. */
  private void passOnUnseen() {
    VarHandle.fullFence();
    if (heir == 0 && hasListed()) {
      wakeHeir();
    }
  }

  // ---- The releaser's side

  @Override
  final void holdEnded() {
    holds.end();
  }

  @Override
  final void look() {
    if (heir == 0) {
      wakeHeir();
    }
  }

  private void wakeHeir() {
    if (HEIR.compareAndSet(this, 0, 1)) {
      requestWake();
    }
  }

  final void heirGone() {
    heirWaiter = null;
    heir = 0;
  }

  @Override
  final @Nullable Parker takeNotified(Waiter waiter) {
    heirWaiter = waiter;
    Parker parker = take(waiter, Waiter.NOTIFIED);
    if (parker == null) {
      heirWaiter = null;
    }
    return parker;
  }

  /** The heir, who still waits for the lock, comes first. */
  @Override
  public final List<Thread> threads(IntPredicate asks) {
    List<Thread> threads = super.threads(asks);
    Waiter first = heirWaiter;
    Thread thread = first == null ? null : first.thread();
    if (first != null
        && thread != null
        && first.announced
        && asks.test(first.ask)
        && !threads.contains(thread)) {
      threads.addFirst(thread);
    }
    return threads;
  }

  @Override
  final boolean unclaimed(int wakes, int reason) {
    heir = 0;
    fence();
    return hasListed() && isAvailable(leftUnasked ? 0 : reason) && HEIR.compareAndSet(this, 0, 1);
  }
}
