package io.pawl.internal.park;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The wakes that have failed, for want of memory or of stack, and are still to be done: a thread
 * that has been taken out of its queue and not been woken would sleep for ever.
 */
class OwedWakes {

  /*
   * Algorithm: a stack of parkers, linked through themselves, since there may be no memory. Who pays, one thread at
   * a time, takes the whole stack and goes through it; what fails again stays in its hands for the next that pays.
   *
   * Parker.owed
   *   0  SETTLED  in no list
   *   1  OWES     in a list
   *   2  TRIED    in a list, and its wake is tried
   *   3  AGAIN    the same, and another wake has failed meanwhile
   *
   * Transitions
   *
   *              add                pay             wake succeeded
   *   SETTLED --------> OWES ---------------> TRIED ----------------> SETTLED
   *                                            ^ |
   *                         the next to pay    | | add
   *                                            | v
   *                                           AGAIN
   *
   * Invariants
   *   I1  A parker is linked from top, rest or failed, or is tried, unless it is SETTLED or about to be added: never
   *       twice.
   *   I2  Whatever is thrown while somebody pays, at any call, no parker falls out: between two stores that would
   *       have one in no place nothing is called. What was begun is gone on with by the next that pays.
   *   I3  A wake that is tried makes up for all that failed before it was TRIED; one that fails later makes it
   *       AGAIN, and it is tried once more.
   *   I4  Where exist() is false, all that was added before has been done.
   *   I5  Where the stack ends in add, it ends before the parker leaves SETTLED: another whose wake fails then
   *       would take it for listed.
   *
   * A wake too many is harmless: it makes a later park return for no reason.
   *
   * Memory order
   *   top                  volatile CAS to push, exchange to take all: publishes the links
   *   owed                 volatile; leaves SETTLED and TRIED by CAS
   *   paying               volatile CAS to 1, volatile to 0: whose the next four are
   *   rest, failed, tried  plain
   *   left                 volatile; true before anything is taken from top
   */
  private static final AtomicIntegerFieldUpdater<OwedWakes> PAYING =
      AtomicIntegerFieldUpdater.newUpdater(OwedWakes.class, "paying");

  private final AtomicReference<@Nullable Parker> top = new AtomicReference<>();

  @SuppressWarnings("UnusedVariable") // PAYING reads it
  private volatile int paying;

  private volatile boolean left;

  /** Those that have been taken and are to be tried. */
  private @Nullable Parker rest;

  /** The one that is tried now. */
  private @Nullable Parker tried;

  /** Those that have been tried in vain. */
  private @Nullable Parker failed;

  /** Constructs an empty list. */
  OwedWakes() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /** Whether there are any. */
  final boolean exist() {
    return top.get() != null || left;
  }

  /**
   * Adds the wake of a parker.
   *
   * @throws StackOverflowError if there is no room to; the wake is not added
   */
  final void add(Parker parker) {
    rehearse(parker);
    if (parker.owe()) {
      try {
        push(parker);
      } catch (Throwable t) {
        parker.owed = Parker.SETTLED;
        throw t;
      }
    }
  }

  /** Takes as much stack as {@link #push}, and changes nothing. */
  private void rehearse(Parker parker) {
    Parker same = parker;
    boolean _ = top.compareAndSet(same, parker);
  }

  private void push(Parker parker) {
    Parker next;
    do {
      next = top.get();
      parker.nextOwed = next;
    } while (!top.compareAndSet(next, parker));
  }

  /** Tries each of them once, unless another thread is at it. */
  final void pay() {
    if (PAYING.compareAndSet(this, 0, 1)) {
      try {
        left = true;
        tryTaken();
        payRest();
        rest = top.getAndSet(null);
        payRest();
        rest = failed;
        failed = null;
      } finally {
        left = rest != null || tried != null || failed != null;
        paying = 0;
      }
    }
  }

  private void payRest() {
    for (Parker parker = rest; parker != null; parker = rest) {
      tried = parker;
      rest = parker.nextOwed;
      parker.nextOwed = null;
      tryTaken();
    }
  }

  private void tryTaken() {
    Parker parker = tried;
    if (parker != null) {
      parker.owed = Parker.TRIED;
      if (!wakes(parker) || !parker.settle()) {
        parker.nextOwed = failed;
        failed = parker;
      }
      tried = null;
    }
  }

  /** Wakes a parker whose wake has failed; returns whether that has succeeded. */
  boolean wakes(Parker parker) {
    try {
      parker.wakeAgain();
      return true;
    } catch (Throwable _) {
      return false;
    }
  }
}
