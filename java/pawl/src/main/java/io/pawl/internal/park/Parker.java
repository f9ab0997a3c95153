package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.backend.Preparation;

/**
 * Puts one thread to sleep and wakes it: a binary semaphore that only its own thread acquires.
 *
 * <p>{@link #unpark} leaves a permit that makes the next or present {@link #park} return; permits
 * do not accumulate. A park may return for no reason, so callers loop on a condition of their own.
 *
 * <p><b>Memory consistency:</b> what a thread does before {@link #unpark} happens-before the return
 * of the {@link #park} that consumes the permit.
 */
public abstract sealed class Parker permits NativeParker, LockSupportParker {

  /** The thread that parks here. */
  private final Thread thread;

  Parker(Thread thread) {
    this.thread = thread;
  }

  /**
   * Makes a parker for the current thread: one with a native word for a platform thread, one on
   * {@link java.util.concurrent.locks.LockSupport} for a virtual thread or while there are no
   * native waits.
   *
   * @return a new parker
   * @throws IllegalStateException if a backend was demanded that cannot be had
   */
  public static Parker create() {
    Thread thread = Thread.currentThread();
    return !thread.isVirtual() && isNative()
        ? new NativeParker(thread)
        : new LockSupportParker(thread);
  }

  /** Whether platform threads can park in native waits by now. */
  static boolean isNative() {
    return !Preparation.isPending() && Backend.current() != null;
  }

  /**
   * The thread that parks here.
   *
   * @return the thread that made this parker
   */
  public final Thread thread() {
    return thread;
  }

  /**
   * Whether {@link #create} would still make the same kind for this thread.
   *
   * @return false once native waits have become available to a thread that parks without
   */
  public abstract boolean isCurrent();

  /**
   * Blocks the owning thread until a permit is there, the deadline passes or, if so asked, the
   * thread is interrupted; or for no reason. The interrupted status is left as it is.
   *
   * <p>A park that is not to be interrupted must not be entered with the interrupted status set, or
   * it may return at once: the caller sets the status aside until its whole wait is over.
   *
   * @param blocker what the thread waits for, shown by thread dumps and deadlock detection
   * @param deadline when to return at the latest, on the clock of {@link System#nanoTime()}
   * @param interruptible whether an interrupt ends the wait
   */
  public abstract void park(Object blocker, long deadline, boolean interruptible);

  /**
   * Blocks the owning thread as an interruptible {@link #park(Object, long, boolean)} does, and
   * leaves to the caller what thread dumps show as its blocker.
   *
   * @param deadline when to return at the latest, on the clock of {@link System#nanoTime()}
   */
  public abstract void park(long deadline);

  /** Makes a permit available, waking the thread if it is parked. */
  public abstract void unpark();
}
