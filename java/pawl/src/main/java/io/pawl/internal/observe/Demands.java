package io.pawl.internal.observe;

import io.pawl.observe.SlowWaits;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the user demands by system properties, which begins with the first wait.
 *
 * <p>The thread that begins it is in the middle of a lock: nothing is thrown.
 */
final class Demands {

  private static final AtomicBoolean SLOW = new AtomicBoolean();
  private static final AtomicBoolean PROFILE = new AtomicBoolean();

  private Demands() {}

  /** Begins it, once each. */
  static void begin() {
    if (System.getProperty(SlowWaits.PROPERTY) != null) {
      once(SLOW, SlowWaits::startDemanded);
    }
    String profile = System.getProperty(ProfileAtExit.PROPERTY);
    if (profile != null) {
      once(PROFILE, () -> ProfileAtExit.begin(profile));
    }
  }

  /** What there is no memory or thread for is tried again when this is called again. */
  private static void once(AtomicBoolean begun, Runnable demand) {
    if (begun.compareAndSet(false, true)) {
      try {
        demand.run();
      } catch (OutOfMemoryError _) {
        begun.set(false);
      } catch (Throwable _) {
        // The program goes on without.
      }
    }
  }
}
