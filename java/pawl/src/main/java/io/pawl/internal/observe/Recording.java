package io.pawl.internal.observe;

import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What the flight recorder is told, once it records; until then no class of an event is loaded.
 *
 * <p>The JDK may have no flight recorder: its module is not required.
 */
final class Recording {

  /*
   * Stages
   *
   *   UNKNOWN --first wait--> PENDING --a wait, with JFR initialized--> REGISTERING --> REGISTERED
   *                  |                                                       |
   *                  +------------------> ABSENT <---------------------------+
   *                     no module jdk.jfr                something was thrown
   *
   * Nobody is asked to tell when JFR is initialized: a listener of the JDK's would keep the class loader.
   * So each wait looks, until it is.
   *
   * Memory order: volatile. Who finds another stage than REGISTERED tells nothing.
   */
  private static final int UNKNOWN = 0;
  private static final int PENDING = 1;
  private static final int REGISTERING = 2;
  private static final int REGISTERED = 3;
  private static final int ABSENT = 4;

  private static final AtomicInteger STAGE = new AtomicInteger();

  private Recording() {}

  /** Loads this class. */
  static void initialize() {}

  /**
   * Finds out whether there is a flight recorder. There has to be room on the stack and in memory:
   * it would not survive a failure of its own initialization.
   */
  static void prepare() {
    if (STAGE.get() == UNKNOWN) {
      int found = PENDING;
      try {
        boolean _ = FlightRecorder.isInitialized();
      } catch (LinkageError _) {
        found = ABSENT;
      }
      STAGE.set(found);
    }
  }

  /** Whether anything may be recorded; {@link #begin} finds out. */
  static boolean isOn() {
    int stage = STAGE.get();
    return switch (stage) {
      case REGISTERED -> FlightEvents.areEnabled();
      case PENDING -> FlightRecorder.isInitialized();
      default -> stage == UNKNOWN;
    };
  }

  /** Whether the current wait is recorded, for which there is room on the stack. */
  static boolean begin() {
    if (STAGE.get() == PENDING
        && FlightRecorder.isInitialized()
        && STAGE.compareAndSet(PENDING, REGISTERING)) {
      int now = ABSENT;
      try {
        FlightEvents.register();
        now = REGISTERED;
      } finally {
        STAGE.set(now);
      }
    }
    return STAGE.get() == REGISTERED && FlightEvents.areEnabled();
  }

  /** Begins the event of a wait; null if it is not recorded. */
  static @Nullable Object waitBegan(WaitRecord wait) {
    return FlightEvents.waitBegan(wait);
  }

  /** Ends the event of a wait. */
  static void waitEnded(Object event, WaitRecord wait) {
    FlightEvents.waitEnded(event, wait);
  }

  /** Begins the event of a hold for which others wait; null if it is not recorded. */
  static @Nullable Object holdBegan() {
    return STAGE.get() == REGISTERED ? FlightEvents.holdBegan() : null;
  }

  /** Ends the event of a hold. */
  static void holdEnded(Object event, ReleaseRecord release) {
    FlightEvents.holdEnded(event, release);
  }
}
