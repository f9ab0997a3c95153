package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.backend.Preparation;
import io.pawl.internal.backend.ServiceThread;
import io.pawl.internal.memory.WordSlab;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

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

  private static final AtomicIntegerFieldUpdater<Parker> OWED =
      AtomicIntegerFieldUpdater.newUpdater(Parker.class, "owed");

  /** States of {@link #owed}, see {@link OwedWakes}. */
  static final int SETTLED = 0;

  static final int OWES = 1;
  static final int TRIED = 2;
  static final int AGAIN = 3;

  /** Whether a wake is owed. */
  volatile int owed;

  @Nullable Parker nextOwed;

  Parker() {}

  /**
   * Initializes the classes of this package, before a wait or a wake needs them in a hurry: a class
   * whose initialization has failed is lost. Those that they use meanwhile are loaded before.
   */
  public static void initialize() {
    ThreadTable.initialize();
    Permit.initialize();
    Permits.initialize();
    Deadlines.initialize();
    LockSupportParker.initializeSupport();
    Backoff.initialize();
    ServiceThread.initialize();
    OwedWakes.initialize();
    Sleepers.initialize();
    Rescuer.initialize();
    WordSlab.initialize();
    Durations.initialize();
    WaitWatch.initialize();
    LongWaits.initialize();
  }

  /**
   * Makes a parker for a platform thread: one with a native word, or one on {@link
   * java.util.concurrent.locks.LockSupport} while there are no native waits.
   *
   * @param thread what is kept for the current thread; the parker does not keep it reachable
   * @return a new parker
   * @throws IllegalStateException if a backend was demanded that cannot be had, or if the time for
   *     which to wait natively is unknown
   */
  public static Parker create(ThreadTable.Entry thread) {
    return isNative() ? new NativeParker(thread) : new PlatformParker(thread);
  }

  /**
   * Makes a parker for a virtual thread, which it keeps reachable: nothing else may, while the
   * thread is parked.
   *
   * @return a new parker for the current thread
   */
  public static Parker createVirtual() {
    return new VirtualParker(Thread.currentThread());
  }

  /**
   * Whether platform threads can park in native waits by now, and are to. All that was demanded is
   * looked at, whether or not one thing makes another useless.
   */
  static boolean isNative() {
    try {
      boolean wanted = LongWaits.areNative();
      return !Preparation.isPending() && Backend.current() != null && wanted;
    } catch (OutOfMemoryError | LinkageError _) {
      return false; // there is no memory to find out, or a class can't be loaded now
    }
  }

  /**
   * The thread that parks here.
   *
   * @return the thread; null if it has ended and been collected
   */
  public abstract @Nullable Thread thread();

  /**
   * Whether a virtual thread parks here.
   *
   * @return true if so
   */
  public final boolean isVirtual() {
    return this instanceof VirtualParker;
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

  /**
   * Makes a permit available, waking the thread if it is parked. If the wake fails, as for want of
   * memory, this does not throw but makes up for it: the thread is woken a little later. Only where
   * the stack is too short for that as well does this throw StackOverflowError.
   */
  public final void unpark() {
    try {
      wake();
    } catch (Throwable _) {
      Rescuer.INSTANCE.add(this);
      return;
    }
    boolean _ = Rescuer.INSTANCE.pay();
  }

  /** Notes that a wake is owed; returns whether it has to be added to those that are. */
  final boolean owe() {
    while (true) {
      switch (owed) {
        case SETTLED -> {
          if (OWED.compareAndSet(this, SETTLED, OWES)) {
            return true;
          }
        }
        case TRIED -> {
          if (OWED.compareAndSet(this, TRIED, AGAIN)) {
            return false;
          }
        }
        default -> {
          return false;
        }
      }
    }
  }

  /** Notes that what was owed has been done; false if more is owed by now. */
  final boolean settle() {
    return OWED.compareAndSet(this, TRIED, SETTLED);
  }

  /** Makes a permit available and wakes the thread if it was parked. */
  abstract void wake();

  /** As {@link #wake}, whatever an earlier wake has left undone. */
  abstract void wakeAgain();
}
