package io.pawl.internal.queue;

import io.pawl.internal.backend.ManyWaits;
import io.pawl.internal.memory.Words;
import io.pawl.internal.park.Deadlines;
import io.pawl.spi.NativeWait;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** A wait of one thread for the first of several words to be woken. */
public final class FirstOfWords {

  /*
   * In the operating system, where it can: a thread that wakes one word ends the wait. If two words are woken
   * before the thread leaves, the system tells of one, and the wake of the other may be gone: it is passed
   * on for each word that has changed. A wake of a word that has not changed is none that anybody relies on.
   * Nobody moves the thread to another word meanwhile: it fixes the queues of all (see WordInSystem), or waits in them.
   *
   * Elsewhere the thread has a record in the queue of each word, all with the same parker. It lists all,
   * fences, looks at all words, and parks until one record is NOTIFIED. Then it cancels the others; a record
   * that cannot be cancelled has consumed a wake, which is passed on.
   *
   * W1  A wake is used by the thread as the result of its wait, or passed on; never both, never neither.
   * W2  Whatever is thrown, no record stays in a queue, and none is counted off twice. The thread makes sure
   *     of the room for wakes before it does anything.
   */

  public static final int TIMED_OUT = -1;
  public static final int INTERRUPTED = -2;

  private static final int NONE = -3;

  private final Object blocker;
  private final WordQueue[] queues;
  private final int[] expected;

  /** How many queues count the current thread, from the first, and how many of them no more. */
  private int announced;

  private int left;

  /** Whose record has consumed the wake that is the result, or NONE. */
  private int used = NONE;

  /**
   * Prepares a wait.
   *
   * @param blocker what thread dumps show
   * @param queues those of the words
   * @param expected the value of each on which to wait
   */
  public FirstOfWords(Object blocker, WordQueue[] queues, int[] expected) {
    this.blocker = blocker;
    this.queues = queues;
    this.expected = expected;
  }

  /**
   * Waits, once.
   *
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return the index of a word that was woken or does not hold the expected value, {@link
   *     #TIMED_OUT} or {@link #INTERRUPTED}
   */
  public int await(boolean interruptible, long deadline) {
    StackRoom.forWake();
    boolean mayBlock = !interruptible && !Thread.currentThread().isVirtual();
    if (mayBlock && ManyWaits.areAvailable()) {
      int fixed = 0;
      try {
        while (fixed < queues.length && queues[fixed].fix()) {
          fixed++;
        }
        if (fixed == queues.length) {
          return awaitInSystem(deadline);
        }
      } finally {
        while (fixed > 0) {
          fixed--;
          queues[fixed].unfix();
        }
      }
    }
    return awaitListed(interruptible, deadline);
  }

  /** The index of a word that does not hold what is expected, or NONE. */
  private int changed() {
    for (int i = 0; i < queues.length; i++) {
      if (hasChanged(i)) {
        return i;
      }
    }
    return NONE;
  }

  private boolean hasChanged(int i) {
    return Words.getVolatile(queues[i].address) != expected[i];
  }

  // ---- In the operating system

  private int awaitInSystem(long deadline) {
    long[] addresses = new long[queues.length];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = queues[i].address;
    }
    LockSupport.setCurrentBlocker(blocker);
    try {
      for (; ; ) {
        int result = ManyWaits.await(addresses, expected, deadline);
        if (result >= 0) {
          passOn(result);
          return result;
        }
        int changed = changed();
        if (changed >= 0) {
          return changed;
        }
        switch (result) {
          case NativeWait.ETIMEDOUT -> {
            return TIMED_OUT;
          }
          case NativeWait.EAGAIN, NativeWait.EINTR -> {}
          default -> throw new IllegalStateException("The native wait failed with error " + result);
        }
      }
    } finally {
      LockSupport.setCurrentBlocker(null);
    }
  }

  private void passOn(int woken) {
    for (int i = 0; i < queues.length; i++) {
      if (i != woken && hasChanged(i)) {
        queues[i].wakeAnywhere(1);
      }
    }
  }

  // ---- In the queues of the words

  private int awaitListed(boolean interruptible, long deadline) {
    if (interruptible && Thread.interrupted()) {
      return INTERRUPTED;
    }
    Waiter[] waiters = new Waiter[queues.length];
    Waiter first = Waiter.take();
    for (int i = 0; i < waiters.length; i++) {
      Waiter w = first.beside();
      w.ask = WordQueue.ANY;
      w.item = queues[i];
      w.bucket = queues[i];
      waiters[i] = w;
    }
    first.release();
    int result = NONE;
    boolean interrupted = false;
    boolean done = false;
    try {
      for (int i = 0; i < waiters.length; i++) {
        queues[i].announce(waiters[i]);
        announced++;
        queues[i].list(waiters[i], false);
      }
      VarHandle.fullFence();
      result = changed();
      while (result == NONE) {
        used = woken(waiters);
        if (used != NONE) {
          break;
        }
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          result = INTERRUPTED;
        } else if (Deadlines.passed(deadline)) {
          result = TIMED_OUT;
        } else {
          first.parker().park(blocker, deadline, interruptible);
        }
      }
      leave(waiters, result < 0);
      result = used == NONE ? result : used;
      done = true;
    } finally {
      if (!done) {
        giveUp(waiters);
      }
      if (interrupted && result != INTERRUPTED) {
        Thread.currentThread().interrupt();
      }
    }
    return result;
  }

  private static int woken(Waiter[] waiters) {
    for (int i = 0; i < waiters.length; i++) {
      if (!WordQueue.isAsleep(waiters[i])) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * Takes all records out and passes on the wakes that are not used.
   *
   * @param inVain whether the result is none yet, so that a wake can be it
   */
  private void leave(Waiter[] waiters, boolean inVain) {
    while (left < announced) {
      int i = left;
      Waiter w = waiters[i];
      boolean cancelled = queues[i].cancelAnywhere(w);
      left++;
      queues[i].leave(w);
      if (!cancelled && i != used && w.status() == Waiter.NOTIFIED) {
        if (inVain && used == NONE) {
          used = i;
        } else {
          WordQueue.where(w).wakeAnywhere(1);
        }
      }
    }
  }

  /** Takes all records out and passes on all wakes, as there is no result. */
  private void giveUp(Waiter[] waiters) {
    try {
      leave(waiters, false);
    } finally {
      if (used != NONE) {
        WordQueue.where(waiters[used]).wakeAnywhere(1);
      }
    }
  }
}
