package io.pawl.locks;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.park.Deadlines;
import io.pawl.internal.park.Permit;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.FirstWait;
import io.pawl.internal.queue.Observation;
import io.pawl.observe.Wait;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts threads to sleep and wakes them: what locks and other blocking classes are made of. A
 * drop-in for {@link java.util.concurrent.locks.LockSupport}.
 *
 * <p>Each thread has a permit, which is there or is not. {@link #unpark unpark} gives it to the
 * thread; giving it again while it is there changes nothing. {@link #park() park} returns at once
 * if the permit is there, and consumes it; else it blocks until another thread gives it. Which of
 * the two comes first does not matter, so no wake-up is lost to a race. A thread starts without a
 * permit.
 *
 * <p>A park also ends when the thread is interrupted, and it may end <em>spuriously</em>, for no
 * reason. It does not tell why it has ended. So the thread parks in a loop and looks, before each
 * park and after it, at the condition for which it waits:
 *
 * {@snippet :
 * class Gate {
 *   private final Thread keeper = Thread.currentThread();     // the thread that waits
 *   private volatile boolean open;
 *
 *   void pass() {
 *     while (!open) {
 *       LockSupport.park(this);                                 // may return for no reason
 *     }
 *   }
 *
 *   void open() {
 *     open = true;                                              // first the condition,
 *     LockSupport.unpark(keeper);                               // then the permit
 *   }
 * }
 * }
 *
 * <p>Between the look at the condition and the park the thread must do nothing that parks it,
 * because that would use up the permit meant for this park.
 *
 * <p><b>Blockers.</b> The methods that take a blocker show it in thread dumps and to {@link
 * #getBlocker getBlocker} as what the thread waits for, until they return; they are to be preferred
 * to those without. A blocker is for diagnosis only: nothing is done with it. A lock gives itself,
 * or the {@link java.util.concurrent.locks.AbstractOwnableSynchronizer} that knows its owner, from
 * which the JVM finds deadlocks.
 *
 * <p><b>Interruption.</b> A thread that is interrupted while it is parked returns, and one that is
 * interrupted already does not block. The interrupted status stays set. A permit that is there is
 * consumed even then.
 *
 * <p><b>Platform threads</b> sleep in the operating system's wait, and {@link Thread#getState()}
 * says {@link Thread.State#RUNNABLE RUNNABLE} meanwhile; if that lasts for some milliseconds
 * ({@link io.pawl.Pawl}), they go on in the JDK's class, and the state is {@link
 * Thread.State#WAITING WAITING} or {@link Thread.State#TIMED_WAITING TIMED_WAITING}. Their permit
 * is this class's own: that of {@code java.util.concurrent.locks.LockSupport} is another one. Hence
 * the {@code unpark} of one class does not wake a thread that has parked with the other class, and
 * both sides of a protocol have to use the same one. Waiting for a lock or a synchronizer, be it
 * Pawl's or the JDK's, does not use up this permit, and is not disturbed by it. While a thread
 * sleeps by means of the JDK's class, because a wait has lasted or there are no native waits, an
 * unpark by that class is a spurious return from this one, and a park in this class, or a wait for
 * a lock or synchronizer of Pawl's, may consume the JDK's permit, as a wait for one of the JDK's
 * may.
 *
 * <p><b>Virtual threads</b> are parked by the JDK's class and have but its permit, so for them the
 * two classes are the same. They never block in a native call.
 *
 * <p><b>Memory consistency effects.</b> What a thread does before it calls {@link #unpark unpark}
 * <i>happens-before</i> the return from the park that consumes that permit.
 *
 * <p><b>Errors.</b> A park that throws has ended, and the thread can park again. The permit may be
 * consumed by then. An unpark that throws, such as a {@link StackOverflowError}, may have given the
 * permit without waking the thread.
 *
 * <p><b>Cost.</b> Neither parking nor unparking allocates once the thread has parked before. A park
 * that finds a permit, and an unpark of a thread that is not parked, make no system call. A thread
 * that parks holds a native word, 64 bytes, until the garbage collector finds that it has ended and
 * another one parks for the first time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
public final class LockSupport {

  private static final int PARK = 0;
  private static final int PARK_NANOS = 1;
  private static final int PARK_UNTIL = 2;

  private LockSupport() {}

  /**
   * Gives a thread its permit, unless it has it already. If the thread is parked it returns from
   * that park, else from the next one at once. If the thread has not been started, or has ended,
   * this need not have an effect.
   *
   * @param thread the thread, or null to do nothing
   */
  public static void unpark(@Nullable Thread thread) {
    if (thread == null) {
      return;
    }
    if (thread.isVirtual()) {
      java.util.concurrent.locks.LockSupport.unpark(thread);
    } else {
      FirstWait.prepare();
      Permit.unpark(thread);
    }
  }

  /**
   * Blocks the current thread unless it has its permit. Returns once
   *
   * <ul>
   *   <li>the permit is there; it is consumed, or
   *   <li>the thread is interrupted, or
   *   <li>for no reason.
   * </ul>
   *
   * <p>The {@linkplain #setCurrentBlocker blocker} of the thread is left as it is.
   *
   * @throws IllegalStateException if {@code -Dpawl.backend} or {@code -Dpawl.library.path} demands
   *     what cannot be had
   */
  public static void park() {
    if (Observers.arePresent()) {
      observed(PARK, 0);
    } else {
      parkUnobserved();
    }
  }

  private static void parkUnobserved() {
    if (Thread.currentThread().isVirtual()) {
      java.util.concurrent.locks.LockSupport.park();
    } else {
      FirstWait.prepare();
      Permit.park(Deadlines.FOREVER);
    }
  }

  /**
   * Blocks the current thread unless it has its permit, and shows for what. Returns when {@link
   * #park()} would. Afterwards the thread has no blocker.
   *
   * @param blocker what the thread waits for, or null
   * @throws IllegalStateException as {@link #park()}
   */
  public static void park(@Nullable Object blocker) {
    setCurrentBlocker(blocker);
    try {
      park();
    } finally {
      setCurrentBlocker(null);
    }
  }

  /**
   * Blocks the current thread, for a limited time, unless it has its permit. Returns when {@link
   * #park()} would, or once the time has elapsed.
   *
   * <p>The {@linkplain #setCurrentBlocker blocker} of the thread is left as it is.
   *
   * @param nanos the longest time to block, in nanoseconds; if it is zero or less this does
   *     nothing, and a permit stays
   * @throws IllegalStateException as {@link #park()}
   */
  public static void parkNanos(long nanos) {
    if (nanos <= 0) {
      return;
    }
    if (Observers.arePresent()) {
      observed(PARK_NANOS, nanos);
    } else {
      parkNanosUnobserved(nanos);
    }
  }

  private static void parkNanosUnobserved(long nanos) {
    if (Thread.currentThread().isVirtual()) {
      java.util.concurrent.locks.LockSupport.parkNanos(nanos);
    } else {
      FirstWait.prepare();
      Permit.park(Deadlines.after(nanos));
    }
  }

  /**
   * Blocks the current thread, for a limited time, unless it has its permit, and shows for what.
   * Returns when {@link #park()} would, or once the time has elapsed. Afterwards the thread has no
   * blocker.
   *
   * @param blocker what the thread waits for, or null
   * @param nanos the longest time to block, in nanoseconds; if it is zero or less this does
   *     nothing, a permit stays, and so does the blocker
   * @throws IllegalStateException as {@link #park()}
   */
  public static void parkNanos(@Nullable Object blocker, long nanos) {
    if (nanos <= 0) {
      return;
    }
    setCurrentBlocker(blocker);
    try {
      parkNanos(nanos);
    } finally {
      setCurrentBlocker(null);
    }
  }

  /**
   * Blocks the current thread, up to a moment, unless it has its permit. Returns when {@link
   * #park()} would, or once the moment has come. If the moment is past, this consumes the permit if
   * it is there, and does not block.
   *
   * <p>The {@linkplain #setCurrentBlocker blocker} of the thread is left as it is.
   *
   * @param deadline the moment, in milliseconds since the epoch, on the clock of {@link
   *     System#currentTimeMillis()} as it stands when the park begins
   * @throws IllegalStateException as {@link #park()}
   */
  public static void parkUntil(long deadline) {
    if (Observers.arePresent()) {
      observed(PARK_UNTIL, deadline);
    } else {
      parkUntilUnobserved(deadline);
    }
  }

  private static void parkUntilUnobserved(long deadline) {
    if (Thread.currentThread().isVirtual()) {
      // The JDK computes the time that is left, which must not overflow.
      java.util.concurrent.locks.LockSupport.parkUntil(Math.max(deadline, 0));
      return;
    }
    FirstWait.prepare();
    long now = System.currentTimeMillis();
    if (deadline <= now) {
      Permit.takeCurrent();
    } else {
      Permit.park(Deadlines.after(TimeUnit.MILLISECONDS.toNanos(deadline - now)));
    }
  }

  /**
   * Blocks the current thread, up to a moment, unless it has its permit, and shows for what.
   * Returns when {@link #parkUntil(long)} would. Afterwards the thread has no blocker.
   *
   * @param blocker what the thread waits for, or null
   * @param deadline the moment, as for {@link #parkUntil(long)}
   * @throws IllegalStateException as {@link #park()}
   */
  public static void parkUntil(@Nullable Object blocker, long deadline) {
    setCurrentBlocker(blocker);
    try {
      parkUntil(deadline);
    } finally {
      setCurrentBlocker(null);
    }
  }

  /** Parks, and has observers told; why the park returns is not known, unless by an interrupt. */
  private static void observed(int park, long time) {
    Thread thread = Thread.currentThread();
    Object blocker = getBlocker(thread);
    WaitRecord wait = Observation.began(blocker == null ? thread : blocker, Wait.Mode.PARK);
    int result = Observers.FAILED;
    try {
      switch (park) {
        case PARK -> parkUnobserved();
        case PARK_NANOS -> parkNanosUnobserved(time);
        default -> parkUntilUnobserved(time);
      }
      result = thread.isInterrupted() ? AcquireQueue.INTERRUPTED : AcquireQueue.ACQUIRED;
    } finally {
      Observers.ended(wait, result);
    }
  }

  /**
   * Sets what {@link #getBlocker getBlocker} returns for the current thread, before it parks with a
   * method that takes no blocker. No method restores an earlier blocker: a thread that parks with a
   * blocker while another one is set has none afterwards.
   *
   * @param blocker what the thread waits for, or null for nothing
   */
  public static void setCurrentBlocker(@Nullable Object blocker) {
    java.util.concurrent.locks.LockSupport.setCurrentBlocker(blocker);
  }

  /**
   * Returns what a thread waits for, as it was given to the park in which the thread is blocked, or
   * set with {@link #setCurrentBlocker setCurrentBlocker}. It can be out of date as soon as it is
   * returned. Blockers are the JDK's: this returns those of all its classes, too, and {@link
   * java.util.concurrent.locks.LockSupport#getBlocker} those of Pawl's.
   *
   * @param thread the thread
   * @return the blocker, or null if there is none
   * @throws NullPointerException if the thread is null
   */
  public static @Nullable Object getBlocker(Thread thread) {
    return java.util.concurrent.locks.LockSupport.getBlocker(thread);
  }
}
