package io.pawl.internal.backend;

import java.util.concurrent.locks.LockSupport;

/**
 * The thread that has native waits linked, and the fences that they allow put in force.
 *
 * <p>It begins when the program has had time to start, and spares one that ends before: nobody
 * waits for it, and threads that have to wait for a lock meanwhile do without native waits. Making
 * a lock for the first time loads this class, {@link ServiceThread} and no other of the layers
 * below.
 */
public final class Preparation implements Runnable {
  // Parking for it loads no class, as sleeping would.
  private static final long DELAY_NANOS = 100_000_000;

  private static volatile boolean started;

  /** Whether there is nothing left to begin with: somebody has, or there is no thread. */
  private static volatile boolean over;

  /** Whether a choice of a backend has ended; nothing depends on it but what is worth while. */
  private static volatile boolean settled;

  /** The name of each thread that links. */
  static final String THREAD_NAME = "pawl-link";

  private Preparation() {}

  /** Starts the thread; without one the linking is left to the first wait. */
  public static void begin() {
    started = true;
    try {
      ServiceThread.make(new Preparation(), THREAD_NAME, Preparation.class.getClassLoader())
          .start();
    } catch (Throwable _) {
      // The class that is being initialized works without.
      over = true;
    }
  }

  /**
   * Whether the linking is going to begin soon, so that a thread that has to wait need not begin
   * with it. Loads no other class.
   *
   * @return false also if the user demands something, which the first wait has to check
   */
  public static boolean isPending() {
    return started && !over && !isDemanded();
  }

  /** Whether the user demands something that may not be there. */
  static boolean isDemanded() {
    return System.getProperty(Selection.PROPERTY) != null
        || System.getProperty(Shim.PATH_PROPERTY) != null;
  }

  /** Notes that somebody begins with the linking. */
  static void end() {
    over = true;
  }

  /** Notes that the choice of a backend has ended, and with it that of the fences. */
  static void settle() {
    settled = true;
  }

  /**
   * Whether it is worth while to choose a way that depends on the kind of fences. Code that takes
   * such a way earlier is compiled for fences that do not last, and keeps the profile.
   *
   * @return false while the fences are those that every process starts with
   */
  public static boolean isSettled() {
    return settled;
  }

  /**
   * Waits a little and links. That the wait may end early, by an interrupt as well, does no harm.
   * If the loader of Pawl has been closed meanwhile, not even the first class may be found.
   */
  @Override
  public void run() {
    try {
      LockSupport.parkNanos(DELAY_NANOS);
      boolean _ = Thread.interrupted();
      Backend.prepare();
    } catch (Throwable _) {
      // Nothing has begun; the next wait does.
    } finally {
      over = true;
    }
  }
}
