package io.pawl.locks;

import io.pawl.internal.backend.Preparation;
import io.pawl.internal.fence.Fences;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that loads and initializes what threads need to wait for a lock, and then has native
 * waits linked.
 *
 * <p>The first lock of a program needs none of that while nobody contends for it. Making it loads
 * this class and no other of those for waiting.
 */
final class LockPreparation extends Thread {

  /*
   * Why not the first thread that waits: a class whose initialization has failed is lost, and that thread
   * may be at the end of its stack. This thread is at the beginning of its own, and begins when a lock is
   * made for the first time, once there is memory. Who comes to wait meanwhile waits until it is ready.
   *
   * It may run while OwnedLock is being initialized by the thread that has started it, so nothing that it
   * initializes before it is ready may need OwnedLock to be.
   *
   * Memory order
   *   ready   volatile: who sees it set finds the classes initialized, and the linking announced
   */

  /** As much memory as the classes may need. */
  private static final int NEEDED = 1 << 18;

  private static final int ATTEMPTS = 100;
  private static final long ATTEMPT_NANOS = 1_000_000;
  private static final long LOOK_NANOS = 20_000;
  private static final long PATIENCE_NANOS = 1_000_000_000;

  private static volatile boolean ready;

  private LockPreparation() {
    super(null, null, Preparation.THREAD_NAME, 0, false);
    setDaemon(true);
    // Not that of the program that happens to make the first lock.
    setContextClassLoader(LockPreparation.class.getClassLoader());
  }

  /** Starts the thread; without one the classes are initialized now, and the first wait links. */
  static void begin() {
    LockSupport.unpark(null); // has that class initialized
    Fences.initialize(); // the first unlock needs it
    try {
      new LockPreparation().start();
    } catch (Throwable _) {
      initialize();
      ready = true;
    }
  }

  /**
   * Waits until a thread can begin to wait for a lock, but not for long: the current thread may
   * hold what the loading needs (a class loader that uses locks of Pawl).
   */
  static void await() {
    if (!ready) {
      long start = System.nanoTime();
      do {
        LockSupport.parkNanos(LOOK_NANOS);
        Thread.onSpinWait(); // the interrupted do not park
      } while (!ready && System.nanoTime() - start < PATIENCE_NANOS);
    }
  }

  @Override
  public void run() {
    try {
      awaitMemory();
      initialize();
      Preparation.announce();
    } catch (Throwable _) {
      // The thread that waits first tries again.
    } finally {
      ready = true;
    }
    Preparation.prepare();
  }

  private static void initialize() {
    ExclusiveQueue.initializeAll();
    QueueField.initialize();
  }

  /** Memory that lacks for a tenth of a second is not waited for. */
  private static void awaitMemory() {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        if (new byte[NEEDED].length == NEEDED) {
          return;
        }
      } catch (OutOfMemoryError _) {
        LockSupport.parkNanos(ATTEMPT_NANOS);
      }
    }
  }
}
