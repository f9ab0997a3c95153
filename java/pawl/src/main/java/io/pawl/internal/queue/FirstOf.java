package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.observe.Wait;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A wait of one thread for the first of several things, of which it takes exactly one: locks,
 * permits, gates, what conditions announce.
 */
public final class FirstOf {

  /*
   * Algorithm: the thread tries all alternatives once, in a random order. If none can be had it has a record
   * in the queue of each, all with the same parker, and waits in each as any other thread would; but it is
   * only ever told that something may be had, and takes it by itself. So nothing that it does not take
   * is taken from anybody.
   *
   *              tries each          lists a record in each queue,
   *              in random order     looks after each
   *   begin -----------------> vain -----------------------------> listed <-----+ takes none: the record
   *     |                                    |                      |   |       | is listed again
   *     | takes one                          | takes one    timeout,|   | a record is NOTIFIED
   *     |                                    |            interrupt,|   |       |
   *     |                                    |                 throw|   +--> tries that one
   *     v                                    v                      v           | takes it
   *    done <---------------------------- leaving <-----------------+-----------+
   *                each record: CANCELLED and taken out; or NOTIFIED before, then its wake is passed on
   *
   * A record    IDLE --enlist--> listed (WAITING, CONDITION) --wake, signal--> NOTIFIED
   *                                 ^                                             |
   *                                 +------------------ retry, in vain -----------+
   *
   * Invariants
   *   S1  At most one alternative is taken: after one has been, none is tried.
   *   S2  No wake-up is lost. A wake that notifies a record has been kept from all others in that queue. The
   *       thread takes what the wake announces, or lists the record again and looks after that, or
   *       leaves and passes the wake on. It does one of these without waiting for anything but the
   *       inner lock of a channel, whose holders need a few steps and wait for nothing; so no
   *       two threads wait for each other's wakes.
   *   S3  The thread does not sleep while a record is NOTIFIED. A record is set so before the unpark, and
   *       the thread parks only after a look at all records which has found none, and before which it has
   *       not waited for anything since: waits for inner locks use up permits of the same parker.
   *   S4  Whatever is thrown, all records leave. There is room on the stack for that: it is looked for before
   *       anything is done. Once something has been taken, nothing that fails while the others are left is
   *       thrown: it would be lost.
   *
   * Memory order: that of each queue, whose protocol for a waiter is followed: list, announce, fence, look.
   * The objects here are the thread's.
   *
   * Fairness: all that can be had at the beginning are equally likely, as the order is a random
   * permutation. Among those that are notified they take turns, so one that is notified again and again in vain
   * does not keep the thread from the others.
   */

  public static final int TIMED_OUT = -1;
  public static final int INTERRUPTED = -2;
  private static final int NONE = -3;

  private final SplittableRandom random = new SplittableRandom();

  /** In a random order. */
  private Alternative[] all = new Alternative[2];

  private int count;

  /** Constructs a wait for nothing. */
  public FirstOf() {}

  /**
   * Adds an alternative.
   *
   * @param alternative what else to wait for
   */
  public void add(Alternative alternative) {
    if (count == all.length) {
      all = Arrays.copyOf(all, 2 * count);
    }
    all[count++] = alternative;
  }

  /**
   * Removes an alternative.
   *
   * @param alternative what not to wait for any more
   */
  @SuppressWarnings("NullAway") // what is beyond count is never read
  public void remove(Alternative alternative) {
    for (int i = 0; i < count; i++) {
      if (all[i] == alternative) {
        all[i] = all[--count];
        all[count] = null;
        return;
      }
    }
  }

  /**
   * An alternative.
   *
   * @param index what {@link #await} or {@link #poll} has returned
   * @return the alternative that has been taken
   */
  public Alternative at(int index) {
    return all[index];
  }

  /**
   * Takes one that can be had now.
   *
   * @return its index, or a negative number if none can
   */
  public int poll() {
    StackRoom.forClose();
    return tryAll();
  }

  /** Tries all, each of those that remain being equally likely to be the next. */
  private int tryAll() {
    for (int i = 0; i < count; i++) {
      int chosen = i + random.nextInt(count - i);
      Alternative alternative = all[chosen];
      all[chosen] = all[i];
      all[i] = alternative;
      if (alternative.tryTake()) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * Takes the first that can be had, waiting until there is one.
   *
   * @param blocker what thread dumps show
   * @param deadline when to give up
   * @return its index, {@link #TIMED_OUT} or {@link #INTERRUPTED}; the interrupted status is then
   *     cleared
   * @throws IllegalMonitorStateException if the current thread can't wait for one of them
   */
  public int await(Object blocker, long deadline) {
    StackRoom.forClose();
    for (int i = 0; i < count; i++) {
      all[i].requireWaitable();
    }
    if (Thread.interrupted()) {
      return INTERRUPTED;
    }
    int taken = tryAll();
    if (taken >= 0) {
      return taken;
    }
    if (Deadlines.passed(deadline)) {
      return TIMED_OUT;
    }
    return Observers.arePresent() ? blockObserved(blocker, deadline) : block(blocker, deadline);
  }

  private int blockObserved(Object blocker, long deadline) {
    WaitRecord wait = Observation.began(blocker, Wait.Mode.SELECT);
    int result = Observers.FAILED;
    try {
      int taken = block(blocker, deadline);
      result =
          switch (taken) {
            case TIMED_OUT -> AcquireQueue.TIMED_OUT;
            case INTERRUPTED -> AcquireQueue.INTERRUPTED;
            default -> AcquireQueue.ACQUIRED;
          };
      return taken;
    } finally {
      Observers.ended(wait, result);
    }
  }

  private int block(Object blocker, long deadline) {
    Waiter own = Waiter.take();
    own.release(); // others of its kind, and its parker, are what is needed
    Waiter[] records = new Waiter[count];
    for (int i = 0; i < records.length; i++) {
      records[i] = own.beside();
    }
    int listed = 0;
    int tried = 0;
    int taken = NONE;
    try {
      while (taken == NONE && listed < records.length) {
        int i = listed++;
        if (all[i].enlist(records[i])) {
          taken = i;
        }
      }
      while (taken == NONE) {
        int notified = notified(records, tried);
        if (notified >= 0) {
          tried = notified;
          if (all[notified].retry(records[notified])) {
            taken = notified;
          }
        } else if (Thread.interrupted()) {
          taken = INTERRUPTED;
        } else if (Deadlines.passed(deadline)) {
          taken = TIMED_OUT;
        } else {
          own.parker().park(blocker, deadline, true);
        }
      }
    } finally {
      leave(records, listed, taken);
    }
    return taken;
  }

  /** Looks at all records, those after the one that was tried last first. */
  private static int notified(Waiter[] records, int tried) {
    for (int i = 1; i <= records.length; i++) {
      int index = (tried + i) % records.length;
      if (records[index].status() == Waiter.NOTIFIED) {
        return index;
      }
    }
    return NONE;
  }

  private void leave(Waiter[] records, int listed, int taken) {
    Throwable thrown = null;
    for (int i = 0; i < listed; i++) {
      try {
        all[i].withdraw(records[i], i == taken);
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
    }
    if (taken < 0 && thrown instanceof Error e) {
      throw e;
    }
    if (taken < 0 && thrown != null) {
      throw (RuntimeException) thrown;
    }
  }
}
