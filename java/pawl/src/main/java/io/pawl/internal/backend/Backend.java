package io.pawl.internal.backend;

import io.pawl.internal.queue.StackRoom;
import io.pawl.spi.NativeWait;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the backend that a {@link Selection} has chosen, and starts a selection when it is
 * first asked, and again some time after one was broken off by an error that may pass.
 */
public final class Backend {
  /*
   * Invariants
   * I1  Selection runs outside of every class initializer of Pawl: no thread holds an
   *     initialization lock while it waits for another's selection.
   * I2  One selection runs at a time. Who comes while it runs goes on with what is in force; if the user
   *     has demanded a backend, a thread that has to wait for a lock first waits until the demand has
   *     been checked, but not for long: it may hold what the check needs (a class loader, a provider
   *     that uses a Pawl lock).
   * I3  A backend in force stays in force.
   * I4  Whatever is thrown, by whichever step, ends here: the selection ends, and the thread that has
   *     come for a lock parks without a backend. What remains to be done then allocates nothing and
   *     fits into the room on the stack that was there when the selection began.
   * I5  This class initializes without allocation, so that no error can spoil it.
   *
   * Another selection begins at a later wait, after a delay that doubles, at most ATTEMPTS times in all.
   *
   * Memory order
   *   field      read      write                      why
   *   current    volatile  volatile, before failure   publishes the backend's own state
   *   failure    volatile  volatile                   who misses current sees the failure
   *   running    volatile  volatile, monitor          the thread that sets it runs the selection
   *   attempts, due        monitor                    read without it only to spare the monitor
   */

  /** How long the check of a demand is waited for. */
  private static final long PATIENCE_NANOS = 1_000_000_000;

  /** How often it is looked whether the thread at work has died. */
  private static final long LOOK_NANOS = 1_000_000_000;

  private static final int ATTEMPTS = 12;
  private static final long FIRST_DELAY_NANOS = 50_000_000;

  private static volatile @Nullable NativeWait current;
  private static volatile @Nullable String failure;

  /** The last one begun. */
  private static volatile @Nullable Selection selection;

  /** The thread at work on the selection; it must not wait for itself. */
  private static volatile @Nullable Thread worker;

  private static volatile boolean running;

  /** Whether nothing is going to change any more. */
  private static volatile boolean over;

  private static volatile int attempts;
  private static volatile long due;

  private Backend() {}

  /**
   * Makes the selection, unless one has been started. Takes a tenth of a second, so it is called on
   * a thread for which nobody waits.
   */
  public static void prepare() {
    Selection begun = attempts == 0 ? begin() : null;
    if (begun != null) {
      run(begun);
    }
  }

  /**
   * Returns the backend in force. Does not wait for the linking of a better one, so that successive
   * calls may return null and then a backend.
   *
   * @return the backend, or null when the caller has to park through {@code LockSupport} this time
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  public static @Nullable NativeWait current() {
    NativeWait wait = current;
    return wait != null ? wait : startedCurrent();
  }

  /**
   * Waits until the selection has ended and returns its result. An interrupt does not end this wait
   * and stays pending.
   *
   * @return the backend, or null when it is {@code java}
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  public static @Nullable NativeWait settled() {
    awaitSettled();
    return startedCurrent();
  }

  /**
   * Waits until the selection has ended and returns the calls by which processes prove that they
   * live.
   *
   * @return the calls, of the same kind as the backend where it has them
   * @throws UnsupportedOperationException if there are none here; the message says why
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  public static PeerCalls peers() {
    return settledSelection().peers();
  }

  /**
   * Waits until the selection has ended and links functions of the shim, through {@code
   * java.lang.foreign} whatever the backend. {@link ShimFunctions#linked} then returns them.
   *
   * @param what who needs them, in the plural, for the message
   * @param functions their names in {@code pawl.h}
   * @throws UnsupportedOperationException if there is no shim; the message says why
   * @throws IllegalStateException if the backend or shim that the user demanded does not work
   */
  static void link(String what, String... functions) {
    settledSelection().link(what, functions);
  }

  private static Selection settledSelection() {
    NativeWait _ = settled();
    Selection last = selection;
    if (last == null) {
      throw new OutOfMemoryError("there was no memory to look for native calls");
    }
    return last;
  }

  /**
   * Waits for the selection and describes it.
   *
   * @return lines of text, each ended by a line feed
   */
  public static String describe() {
    awaitSettled();
    Selection last = selection;
    if (last == null) {
      return "backend: java\n  no other: there was no memory to look for one\n";
    }
    return last.describe(!over);
  }

  private static @Nullable NativeWait startedCurrent() {
    start();
    NativeWait wait = current;
    if (wait == null) {
      String message = failure;
      if (message != null) {
        throw new IllegalStateException(message);
      }
    }
    return current;
  }

  private static void awaitSettled() {
    start();
    Selection last = selection;
    if (last != null) {
      await(last, last.settled, Long.MAX_VALUE);
    }
  }

  private static void await(Selection last, CountDownLatch latch, long nanos) {
    boolean interrupted = false;
    long start = System.nanoTime();
    for (long left = nanos; left > 0 && Thread.currentThread() != worker; ) {
      try {
        if (latch.await(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      Thread at = worker;
      if (at != null && !at.isAlive()) {
        finish(last);
      }
      left = nanos - (System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins a selection if one is due, else waits until a demand has been checked. */
  private static void start() {
    if (over) {
      return;
    }
    Selection begun = null;
    try {
      begun = begin();
      if (begun == null) {
        awaitCheck();
      } else if (attempts > 1 || check(begun)) {
        worker = LinkThread.start(begun);
      } else {
        finish(begun);
      }
    } catch (Throwable t) {
      if (begun != null) {
        breakOff(begun, t);
      }
    }
  }

  private static void awaitCheck() {
    Selection last = selection;
    if (last != null && last.checked.getCount() != 0 && attempts == 1 && Preparation.isDemanded()) {
      await(last, last.checked, PATIENCE_NANOS);
    }
  }

  /** Returns a new selection if the current thread is the one that begins it. */
  private static @Nullable Selection begin() {
    if (!isDue()) {
      return null;
    }
    StackRoom.forClose();
    Preparation.end();
    Selection begun = new Selection();
    synchronized (Backend.class) {
      if (!isDue()) {
        return null;
      }
      worker = Thread.currentThread();
      attempts++;
      selection = begun;
      running = true;
      return begun;
    }
  }

  private static boolean isDue() {
    return !over && !running && (attempts == 0 || System.nanoTime() - due >= 0);
  }

  private static boolean check(Selection begun) {
    try {
      return begun.check();
    } finally {
      begun.checked.countDown();
    }
  }

  /** Makes the whole selection, or what is left of it. */
  static void run(Selection begun) {
    worker = Thread.currentThread();
    try {
      if (begun.checked.getCount() == 0 || check(begun)) {
        begun.link();
      }
      finish(begun);
      PrivateDirectory.removeOld();
    } catch (Throwable t) {
      breakOff(begun, t);
    }
  }

  private static void breakOff(Selection begun, Throwable t) {
    try {
      begun.breakOff(t);
    } finally {
      finish(begun);
    }
  }

  /** Puts in force what a selection has come to. */
  private static void finish(Selection begun) {
    try {
      synchronized (Backend.class) {
        if (begun == selection && running) {
          NativeWait wait = begun.taken();
          current = wait;
          failure = wait != null ? null : begun.failure();
          due = System.nanoTime() + (FIRST_DELAY_NANOS << attempts);
          over = wait != null || attempts == ATTEMPTS || !begun.mayComeOutBetter();
          worker = null;
          running = false;
        }
      }
    } finally {
      Preparation.settle();
      begun.checked.countDown();
      begun.settled.countDown();
    }
  }
}
