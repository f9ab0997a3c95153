package io.pawl.internal.backend;

import io.pawl.spi.NativeWait;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the backend that {@link Selection} chooses, and starts the selection when it is first
 * asked.
 */
public final class Backend {
  /*
   * Invariants
   * I1  Selection runs outside of every class initializer of Pawl: no thread holds an
   *     initialization lock while it waits for another's selection.
   * I2  Selection starts once. Who comes while it runs goes on with what is in force; if the user
   *     has demanded a backend, a thread that has to wait for a lock first waits until the demand has
   *     been checked, but not for long: it may hold what the check needs (a class loader, a provider
   *     that uses a Pawl lock).
   * I3  After SETTLED is released, neither current nor failure changes.
   *
   * Memory order
   *   field     read      write                      why
   *   current   volatile  volatile                   publishes the backend's own state
   *   failure   volatile  volatile, before current   who misses current sees the failure
   */

  /** How long the check of a demand is waited for. */
  private static final long PATIENCE_NANOS = 1_000_000_000;

  private static final Selection SELECTION = new Selection();
  // Not an AtomicBoolean, which would be the first user of VarHandle in many a program.
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final CountDownLatch CHECKED = new CountDownLatch(1);
  private static final CountDownLatch SETTLED = new CountDownLatch(1);

  private static volatile @Nullable NativeWait current;
  private static volatile @Nullable String failure;

  /** The thread at work on the selection; it must not wait for itself. */
  private static volatile @Nullable Thread selecting;

  private Backend() {}

  /**
   * Makes the selection, unless it has been started. Takes a tenth of a second, so it is called on
   * a thread for which nobody waits.
   */
  public static void prepare() {
    if (claim() && check()) {
      SELECTION.run();
    }
  }

  /**
   * Returns the backend in force. Does not wait for the linking of a better one, so that successive
   * calls may return null, then one backend, then another; all of them work on the same words.
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
   * Waits for the selection and describes it.
   *
   * @return lines of text, each ended by a line feed
   */
  public static String describe() {
    awaitSettled();
    return SELECTION.describe();
  }

  private static @Nullable NativeWait startedCurrent() {
    start();
    String message = failure;
    if (message != null) {
      throw new IllegalStateException(message);
    }
    return current;
  }

  private static void awaitSettled() {
    start();
    await(SETTLED, Long.MAX_VALUE);
  }

  private static void await(CountDownLatch latch, long nanos) {
    boolean interrupted = false;
    long start = System.nanoTime();
    for (long left = nanos; left > 0 && Thread.currentThread() != selecting; ) {
      try {
        if (latch.await(left, TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = nanos - (System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void start() {
    if (claim()) {
      if (check()) {
        linkInBackground();
      }
    } else if (CHECKED.getCount() != 0 && Preparation.isDemanded()) {
      await(CHECKED, PATIENCE_NANOS);
    }
  }

  /** Whether the current thread is the one that starts the selection. */
  private static boolean claim() {
    if (STARTED.get() != 0 || !STARTED.compareAndSet(0, 1)) {
      return false;
    }
    Preparation.end();
    return true;
  }

  /**
   * Checks what the user demands.
   *
   * @return whether there is something left to link
   */
  private static boolean check() {
    selecting = Thread.currentThread();
    try {
      return SELECTION.check();
    } catch (Throwable t) {
      breakOff(t);
      return false;
    } finally {
      CHECKED.countDown();
    }
  }

  private static void linkInBackground() {
    try {
      Thread thread = daemon(SELECTION);
      selecting = thread;
      thread.start();
    } catch (Throwable t) {
      breakOff(t);
    }
  }

  /** For one, after a StackOverflowError: the lock for which the thread came must still work. */
  private static void breakOff(Throwable t) {
    try {
      SELECTION.end(t);
      SELECTION.release();
    } finally {
      settle();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(null, task, "pawl-link", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  /** Puts a backend in force. */
  static void use(@Nullable NativeWait wait) {
    current = wait;
  }

  /** Ends the selection with what is in force. */
  static void settle() {
    SETTLED.countDown();
    selecting = null;
  }

  /** Ends the selection without the backend that the user demanded. */
  static void fail(String message) {
    failure = message;
    current = null;
    settle();
  }
}
