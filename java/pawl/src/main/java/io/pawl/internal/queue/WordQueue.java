package io.pawl.internal.queue;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.Words;
import io.pawl.internal.park.Deadlines;
import io.pawl.spi.NativeWait;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait on a native word without blocking in the operating system, and the choice
 * of whom to wake when others do block there.
 */
public final class WordQueue extends WordInSystem {

  /*
   * Protocol
   *   waiter:  announce; list; full fence; look at the word; park
   *   waker:   (the caller has changed the word) full fence; look at the backend and the size; wake
   *
   * A wake of all counts those announced, so a waiter is announced first: else it could take a wake that
   * has been counted for another.
   *
   * Either the waiter sees the new value or the waker sees the waiter. The backend is part of that: a
   * waiter that has one and waits in the operating system is not seen by a waker that has none yet.
   *
   * A wake cannot know which side has waited longer, the operating system's or the listed one. It
   * starts with the side that it did not start with the last time, so neither starves, and goes on to
   * the other if there were not enough. Where the operating system does not tell, both are woken.
   *
   * A waiter that consumes a wake it has no use for, since the word holds another value by then, passes
   * it on.
   *
   * Selection: a thread that wakes by bits, or moves waiters to another word, leaves a request and asks
   * for a sweep. Whoever has the list next serves all requests, and finishes them without the list.
   *
   * Moving a waiter from one queue to another (statuses of Waiter)
   *
   *   WAITING here --mover, this list locked: unlinked--> CONDITION --mover--> WAITING there --> as ever
   *                                                           | owner: timeout, interrupt, error
   *                                                           v
   *                                                       CANCELLED
   *
   *   M1  bucket of a waiter is the queue in which it is WAITING or was last; it is set before the status.
   *       Only a waiter that is not WAITING is given another.
   *   M2  A thread is counted by the queue where it began, which its item tells, and by that where it is now,
   *       if that is another.
   *       The mover counts for both queues, but for the thread itself at its end; a thread that cancels
   *       while it is CONDITION leaves all but the first to the mover.
   *   M3  The record of a thread that cancels while CONDITION, or after a move, may be in the hands of a
   *       mover: it is abandoned, not used again. So is one that is moved back to where it began, which its
   *       thread cannot tell from one that has not been moved.
   *   M4  A mover returns when the waiters are in the other queue, so that a wake that follows finds them.
   */

  public static final int WOKEN = 0;
  public static final int TIMED_OUT = AcquireQueue.TIMED_OUT;
  public static final int INTERRUPTED = AcquireQueue.INTERRUPTED;

  /** The bits of a wait that every wake reaches. */
  public static final int ANY = -1;

  /** More threads than this are as good as all. */
  private static final int MANY = 1 << 16;

  private static final AtomicReferenceFieldUpdater<WordQueue, @Nullable WordRequest> REQUESTS =
      AtomicReferenceFieldUpdater.newUpdater(WordQueue.class, WordRequest.class, "requests");

  private boolean listedFirst;

  /** Those not served yet, newest first. */
  private volatile @Nullable WordRequest requests;

  /**
   * Constructs the empty queue of a word.
   *
   * @param address the word
   */
  public WordQueue(long address) {
    super(address);
  }

  /**
   * Waits while the word holds a value.
   *
   * @param blocker what thread dumps show
   * @param expected the value
   * @param bits of which a wake has to have one, {@link #ANY} or others but 0
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link #WOKEN}, {@link #TIMED_OUT} or {@link #INTERRUPTED}
   */
  public int await(Object blocker, int expected, int bits, boolean interruptible, long deadline) {
    if (interruptible && Thread.interrupted()) {
      return INTERRUPTED;
    }
    Waiter w = Waiter.take();
    w.ask = bits;
    w.item = this;
    w.bucket = this;
    int result = WOKEN;
    boolean interrupted = false;
    boolean cancelled = false;
    announce(w);
    try {
      list(w, false);
      VarHandle.fullFence();
      if (Words.getVolatile(address) != expected) {
        cancelled = cancelAnywhere(w);
        if (!cancelled) {
          where(w).wakeAnywhere(1);
        }
      }
      while (isAsleep(w)) {
        if (Thread.interrupted()) {
          interrupted = true;
        }
        if (interruptible && interrupted) {
          cancelled = cancelAnywhere(w);
          result = cancelled ? INTERRUPTED : WOKEN;
        } else if (Deadlines.passed(deadline)) {
          cancelled = cancelAnywhere(w);
          result = cancelled ? TIMED_OUT : WOKEN;
        } else {
          w.parker().park(blocker, deadline, interruptible);
        }
      }
    } catch (Throwable t) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (!cancelled && !cancelAnywhere(w) && w.status() == Waiter.NOTIFIED) {
        where(w).wakeAnywhere(1);
      }
      throw t;
    } finally {
      leave(w);
    }
    if (!w.inTransit) {
      w.item = null;
      w.bucket = null;
      w.release();
    }
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  static boolean isAsleep(Waiter w) {
    int status = w.status();
    return status == Waiter.WAITING || status == Waiter.CONDITION;
  }

  /** The queue in which a waiter is, or was last. */
  static WordQueue where(Waiter w) {
    Object queue = w.bucket;
    if (queue == null) {
      throw new AssertionError("in no queue");
    }
    return (WordQueue) queue;
  }

  /** Takes out the current thread's waiter, wherever it has been moved; false if it was woken. */
  boolean cancelAnywhere(Waiter w) {
    for (; ; ) {
      if (w.casStatus(Waiter.WAITING, Waiter.CANCELLED)) {
        WordQueue at = where(w);
        at.takeOut(w);
        w.abandoned |= at != this;
        return true;
      }
      if (w.casStatus(Waiter.CONDITION, Waiter.CANCELLED)) {
        w.abandoned = true;
        w.inTransit = true;
        return true;
      }
      if (!isAsleep(w)) {
        return false;
      }
    }
  }

  /** Counts the current thread off after its wait. */
  void leave(Waiter w) {
    depart();
    WordQueue at = where(w);
    if (at != this && !w.inTransit) {
      at.depart();
    }
  }

  /**
   * Wakes threads, wherever they wait.
   *
   * @param count how many at most, positive, or {@link NativeWait#ALL}
   */
  public void wakeAnywhere(int count) {
    VarHandle.fullFence();
    NativeWait os = Backend.current();
    if (isEmpty()) {
      if (os != null) {
        int _ = os.wake(address, count, false);
      }
    } else if (os == null) {
      wake(count);
    } else if (count < MANY) {
      boolean listed = listedFirst;
      listedFirst = !listed;
      int rest = listed ? count : count - Math.max(os.wake(address, count, false), 0);
      if (rest > 0) {
        requestWakes(rest);
      }
    } else {
      int _ = os.wake(address, count, false);
      wake(count);
    }
  }

  /** Wakes meant for listed threads found none. */
  @Override
  boolean unclaimed(int wakes, int reason) {
    wakeInSystem(wakes);
    return false;
  }

  /**
   * Wakes listed threads that wait for one of some bits, and then threads in the operating system,
   * where none waits for certain bits.
   *
   * @param count how many at most, positive, or {@link NativeWait#ALL}
   * @param bits the bits
   */
  public void wakeByBits(int count, int bits) {
    StackRoom.forWake();
    VarHandle.fullFence();
    int listed = size();
    if (listed == 0) {
      wakeInSystem(count);
    } else {
      submit(new WordRequest(Math.min(count, listed), bits, null, count));
    }
  }

  /**
   * If the word holds a value, wakes a thread and moves the others to another word. Threads in the
   * operating system are woken where that cannot move them. Called by one thread at a time.
   *
   * @param expected the value
   * @param target the queue of the other word
   * @param mayMove whether the operating system may move threads
   * @return false, with nothing done, if it holds another value
   */
  public boolean requeue(int expected, WordQueue target, boolean mayMove) {
    StackRoom.forWake();
    WordRequest toWake = new WordRequest(1, ANY, target, 0);
    WordRequest toMove = new WordRequest(0, ANY, target, 0);
    VarHandle.fullFence();
    NativeWait os = Backend.current();
    if (Words.getVolatile(address) != expected) {
      return false;
    }
    int done = 0;
    if (os != null) {
      done = requeueInSystem(os, expected, target, mayMove);
      if (done == NativeWait.EAGAIN) {
        return false;
      }
    }
    if (!isEmpty()) {
      WordRequest request = done > 0 ? toMove : toWake;
      submit(request);
      for (int round = 0; !request.done; round++) {
        Spin.rest(round);
      }
    }
    return true;
  }

  private void submit(WordRequest request) {
    WordRequest top;
    do {
      top = requests;
      request.next = top;
    } while (!REQUESTS.compareAndSet(this, top, request));
    requestSweep();
  }

  @Override
  @Nullable Object select() {
    WordRequest newest = requests == null ? null : REQUESTS.getAndSet(this, null);
    WordRequest oldest = null;
    while (newest != null) {
      WordRequest older = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = older;
    }
    for (WordRequest request = oldest; request != null; request = request.next) {
      select(request);
    }
    return oldest;
  }

  private void select(WordRequest request) {
    Waiter w = first();
    while (w != null && request.wantsMore()) {
      Waiter after = w.next;
      if ((w.ask & request.bits) != 0) {
        if (request.mayWake()) {
          request.addWoken(takeNotified(w));
        } else {
          unlink(w);
          if (w.casStatus(Waiter.WAITING, Waiter.CONDITION)) {
            request.addMoved(w);
          }
        }
      }
      w = after;
    }
  }

  @Override
  void afterwards(Object selected) {
    StackOverflowError thrown = null;
    for (WordRequest r = (WordRequest) selected; r != null; ) {
      WordRequest after = r.next;
      WordQueue target = r.target;
      for (Waiter w = r.moved(); w != null && target != null; ) {
        Waiter next = w.next;
        hand(w, target);
        w = next;
      }
      r.done = true;
      for (int i = 0; i < r.woken(); i++) {
        try {
          r.parker(i).unpark();
        } catch (StackOverflowError e) {
          thrown = e;
        }
      }
      if (r.rest() > 0) {
        wakeInSystem(r.rest());
      }
      r = after;
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Lists a waiter that has been taken out of this queue in another, unless it has cancelled. */
  private void hand(Waiter w, WordQueue target) {
    Object home = w.item;
    w.bucket = target;
    if (target != home) {
      target.announce();
    } else {
      w.abandoned = true;
    }
    w.next = null;
    if (w.casStatus(Waiter.CONDITION, Waiter.WAITING)) {
      target.push(w);
    } else if (target != home) {
      target.depart();
    }
    if (this != home) {
      depart();
    }
  }
}
