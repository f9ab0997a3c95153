package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;

/**
 * The thread that has native waits linked, and the fences that they allow put in force, for a
 * program whose locks have not been contended yet.
 *
 * <p>It begins when the program has had time to start, and spares one that ends before: nobody
 * waits for it, and the first thread that has to wait for a lock starts the linking itself. Making
 * a lock for the first time loads this class and no other of the layers below.
 */
public final class Preparation extends Thread {
  private static final long DELAY_MILLIS = 100;

  private Preparation() {
    super(null, null, "pawl-link", 0, false);
    setDaemon(true);
  }

  /** Starts the thread; without one the linking is left to the first wait. */
  public static void begin() {
    try {
      new Preparation().start();
    } catch (Throwable _) {
      // The class that is being initialized works without.
    }
  }

  /** Waits a little and links. */
  @Override
  public void run() {
    try {
      Thread.sleep(DELAY_MILLIS);
    } catch (InterruptedException _) {
      // Whoever has found this thread to interrupt it is in a hurry.
    }
    Backend.prepare();
  }
}
