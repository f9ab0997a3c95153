package io.pawl.locks;

import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a park, at whatever depth, leaves a thread that can park. */
@Tag(DeepStack.TAG)
class LockSupportDeepStackTest extends Kit {

  private static final int PARKS = 100;

  private volatile int reached;
  private volatile @Nullable Thread deep;

  LockSupportDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  /** Overflows a stack, and then parks in the same thread. */
  private void assertUsableAfter(Worker.Task operation) {
    Worker unparker = crew.start(this::unparkManyTimes);
    DeepStack.overflow(
        operation,
        () -> {
          deep = Thread.currentThread();
          for (int i = 1; i <= PARKS; i++) {
            while (reached < i) {
              LockSupport.park(this);
            }
          }
          deep = null;
        });
    unparker.join();
  }

  private void unparkManyTimes() {
    Await.until("the end of the overflow", () -> deep != null);
    Thread thread = Objects.requireNonNull(deep);
    for (int i = 1; i <= PARKS; i++) {
      Await.until(
          "park " + i, () -> java.util.concurrent.locks.LockSupport.getBlocker(thread) != null);
      reached = i;
      LockSupport.unpark(thread);
    }
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
