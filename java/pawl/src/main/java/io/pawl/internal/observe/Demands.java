package io.pawl.internal.observe;

import io.pawl.observe.SlowWaits;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the user demands by system properties, which begins with the first wait. */
final class Demands {

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private Demands() {}

  /** Begins it, once. */
  static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      if (System.getProperty(SlowWaits.PROPERTY) != null) {
        SlowWaits.startDemanded();
      }
      String profile = System.getProperty(ProfileAtExit.PROPERTY);
      if (profile != null) {
        ProfileAtExit.begin(profile);
      }
    }
  }
}
