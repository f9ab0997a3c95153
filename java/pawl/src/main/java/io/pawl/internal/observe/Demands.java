package io.pawl.internal.observe;

import io.pawl.observe.SlowWaits;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the user demands by system properties, which begins with the first wait.
 *
 * <p>The thread that begins it is in the middle of a lock: nothing is thrown.
 */
final class Demands {

  private static final long DELAY_NANOS = 1_000_000_000;

  private static final AtomicBoolean SLOW = new AtomicBoolean();
  private static final AtomicBoolean PROFILE = new AtomicBoolean();

  /** Whether the last attempt has failed, and when the next one is due. */
  private static volatile boolean failed;

  private static volatile long due;

  private Demands() {}

  /**
   * Begins it, once each.
   *
   * @return false if there was no memory or thread for something, to be tried again at a later wait
   */
  static boolean begin() {
    if (failed && System.nanoTime() - due < 0) {
      return false;
    }
    boolean slow =
        System.getProperty(SlowWaits.PROPERTY) == null || once(SLOW, SlowWaits::startDemanded);
    boolean profile =
        System.getProperty(ProfileAtExit.PROPERTY) == null
            || once(PROFILE, ProfileAtExit::beginDemanded);
    boolean done = slow && profile;
    if (!done) {
      due = System.nanoTime() + DELAY_NANOS;
    }
    failed = !done;
    return done;
  }

  /**
   * Begins something unless it has begun.
   *
   * @return false if there was no memory or thread for it
   */
  static boolean once(AtomicBoolean begun, Runnable demand) {
    if (begun.compareAndSet(false, true)) {
      try {
        demand.run();
      } catch (OutOfMemoryError _) {
        begun.set(false);
        return false;
      } catch (Throwable _) {
        // The program goes on without.
      }
    }
    return true;
  }
}
