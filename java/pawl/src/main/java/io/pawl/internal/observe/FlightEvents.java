package io.pawl.internal.observe;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** The events of the flight recorder. Loaded once it records, and so not where it is missing. */
final class FlightEvents {

  // Never committed: each tells whether its kind is recorded.
  private static final LockWaitEvent LOCK_WAIT = new LockWaitEvent();
  private static final ConditionWaitEvent CONDITION_WAIT = new ConditionWaitEvent();
  private static final LockLongHoldEvent LOCK_LONG_HOLD = new LockLongHoldEvent();

  private FlightEvents() {}

  static void register() {
    FlightRecorder.register(LockWaitEvent.class);
    FlightRecorder.register(ConditionWaitEvent.class);
    FlightRecorder.register(LockLongHoldEvent.class);
  }

  static boolean areEnabled() {
    return LOCK_WAIT.isEnabled() || LOCK_LONG_HOLD.isEnabled() || CONDITION_WAIT.isEnabled();
  }

  static @Nullable Object waitBegan(WaitRecord wait) {
    return begun(wait.isForLock() ? new LockWaitEvent() : new ConditionWaitEvent());
  }

  static @Nullable Object holdBegan() {
    return LOCK_LONG_HOLD.isEnabled() ? begun(new LockLongHoldEvent()) : null;
  }

  private static @Nullable WaitEvent begun(WaitEvent event) {
    if (!event.isEnabled()) {
      return null;
    }
    event.begin();
    return event;
  }

  static void waitEnded(Object begun, WaitRecord wait) {
    WaitEvent event = (WaitEvent) begun;
    event.end();
    if (event.shouldCommit()) {
      event.fill(wait);
      event.commit();
    }
  }

  static void holdEnded(Object begun, ReleaseRecord release) {
    LockLongHoldEvent event = (LockLongHoldEvent) begun;
    event.end();
    if (event.shouldCommit()) {
      event.fill(release);
      event.commit();
    }
  }
}
