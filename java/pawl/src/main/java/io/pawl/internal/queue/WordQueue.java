package io.pawl.internal.queue;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.memory.Words;
import io.pawl.internal.park.Deadlines;
import io.pawl.spi.NativeWait;
import java.lang.invoke.VarHandle;

/**
 * The threads that wait on a native word without blocking in the operating system, and the choice
 * of whom to wake when others do block there.
 */
public final class WordQueue extends WaitQueue {

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
   * wakeOne cannot know which side has waited longer, the operating system's or the listed one. It
   * starts with the side that it did not start with the last time, so neither starves, and goes on to
   * the other if there was nobody. Where the operating system does not tell, both are woken.
   *
   * A waiter that consumes a wake it has no use for, since the word holds another value by then, passes
   * it on.
   */

  public static final int WOKEN = 0;
  public static final int TIMED_OUT = AcquireQueue.TIMED_OUT;
  public static final int INTERRUPTED = AcquireQueue.INTERRUPTED;

  private final long address;
  private boolean listedFirst;

  /**
   * Constructs the empty queue of a word.
   *
   * @param address the word
   */
  public WordQueue(long address) {
    this.address = address;
  }

  /**
   * Waits while the word holds a value.
   *
   * @param blocker what thread dumps show
   * @param expected the value
   * @param interruptible whether an interrupt ends the wait; the interrupted status is then cleared
   * @param deadline when to give up
   * @return {@link #WOKEN}, {@link #TIMED_OUT} or {@link #INTERRUPTED}
   */
  public int await(Object blocker, int expected, boolean interruptible, long deadline) {
    if (interruptible && Thread.interrupted()) {
      return INTERRUPTED;
    }
    Waiter w = Waiter.take();
    int result = WOKEN;
    boolean interrupted = false;
    announce(w);
    try {
      list(w, false);
      VarHandle.fullFence();
      if (Words.getVolatile(address) != expected && !cancel(w)) {
        wakeAnywhere(1);
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
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (!cancel(w) && w.status() == Waiter.NOTIFIED) {
        wakeAnywhere(1);
      }
      throw t;
    } finally {
      depart();
    }
    w.release();
    if (interrupted && result != INTERRUPTED) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  /**
   * Wakes threads, wherever they wait.
   *
   * @param count 1 or {@link NativeWait#ALL}
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
    } else if (count == 1) {
      boolean listed = listedFirst;
      listedFirst = !listed;
      if (listed || os.wake(address, 1, false) <= 0) {
        requestWake();
      }
    } else {
      int _ = os.wake(address, count, false);
      wake(count);
    }
  }

  /** Wakes meant for listed threads found none. */
  @Override
  boolean unclaimed(int wakes, int reason) {
    NativeWait os = Backend.current();
    if (os != null) {
      int _ = os.wake(address, wakes, false);
    }
    return false;
  }

  /**
   * If the word holds a value, wakes a thread and moves the others to another word, or wakes them.
   *
   * @param expected the value
   * @param target the other word
   * @return false, with nothing done, if it holds another value
   */
  public boolean requeue(int expected, long target) {
    VarHandle.fullFence();
    NativeWait os = Backend.current();
    if (Words.getVolatile(address) != expected) {
      return false;
    }
    if (os != null) {
      int moved = os.requeue(address, expected, 1, NativeWait.ALL, target, false);
      if (moved == NativeWait.EAGAIN) {
        return false;
      }
      if (moved < 0) {
        int _ = os.wake(address, NativeWait.ALL, false);
      }
    }
    wake(NativeWait.ALL);
    return true;
  }
}
