package io.pawl.internal.observe;

import org.jspecify.annotations.Nullable;

/** What the flight recorder is told. */
final class Recording {

  private Recording() {}

  /** Whether anything is recorded. */
  static boolean isOn() {
    return false;
  }

  /** Begins the event of a hold for which others wait; null if it is not recorded. */
  static @Nullable Object holdBegan() {
    return null;
  }

  /** Ends the event of a hold. */
  static void holdEnded(Object event, ReleaseRecord release) {}

  /** Begins the event of a wait; null if it is not recorded. */
  static @Nullable Object waitBegan(WaitRecord wait) {
    return null;
  }

  /** Ends the event of a wait. */
  static void waitEnded(Object event, WaitRecord wait) {}
}
