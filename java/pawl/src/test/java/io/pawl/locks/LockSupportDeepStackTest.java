package io.pawl.locks;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a park, at whatever depth, leaves a thread that can park. */
@SuppressWarnings("InfiniteRecursion") // until the stack ends
class LockSupportDeepStackTest extends Kit {

  private volatile int phase;

  LockSupportDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  /** Initializes the classes; an overflow in an initializer is for good. */
  @BeforeAll
  static void parkOnce() {
    LockSupport.unpark(Thread.currentThread());
    LockSupport.park();
    LockSupport.parkNanos(1_000);
  }

  /** Runs the operation in every frame on the way back from an overflow. */
  private static void overflow(Runnable operation) {
    try {
      overflow(operation);
    } finally {
      operation.run();
    }
  }

  /** Overflows a stack, and then parks in the same thread. */
  private void assertUsableAfter(Runnable operation) {
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                overflow(operation);
              } catch (StackOverflowError _) {
                phase = 1;
              }
              for (int i = 1; i <= 100; i++) {
                while (phase <= i) {
                  LockSupport.park(this);
                }
              }
            },
            "deep",
            300_000);
    thread.setDaemon(true);
    thread.start();
    for (int i = 1; i <= 100; i++) {
      int reached = i;
      Await.until(
          "park " + i,
          () -> phase >= 1 && java.util.concurrent.locks.LockSupport.getBlocker(thread) != null);
      phase = reached + 1;
      LockSupport.unpark(thread);
    }
    Await.until("the end of the deep thread", () -> !thread.isAlive());
  }

  @Test
  void overflowInATimedPark() {
    assertUsableAfter(() -> LockSupport.parkNanos(1_000));
  }

  @Test
  void overflowInUnparkAndPark() {
    assertUsableAfter(() -> {
      LockSupport.unpark(Thread.currentThread());
      LockSupport.parkNanos(this, 1_000);
    });
  }

  @Test
  void overflowInAnInterruptedPark() {
    assertUsableAfter(() -> {
      Thread.currentThread().interrupt();
      LockSupport.parkNanos(1_000);
      boolean _ = Thread.interrupted();
    });
  }
}
