package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A stack that overflows, at whatever depth, neither loses permits nor leaves a once running. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
@SuppressWarnings("InfiniteRecursion") // until the stack ends
class DeepStackTest extends Kit {

  private final Semaphore semaphore;

  /** Acquired by the deep thread and not released; read by others after its end. */
  private volatile int held;

  DeepStackTest(boolean fair) {
    super(ThreadKind.PLATFORM);
    semaphore = new Semaphore(2, fair);
  }

  /** Runs the operation in every frame on the way back from an overflow, from the deepest on. */
  private static void overflow(Runnable operation) {
    try {
      overflow(operation);
    } finally {
      operation.run();
    }
  }

  private static void onASmallStack(Runnable operation) {
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                overflow(operation);
              } catch (StackOverflowError _) {
                operation.run();
              }
            },
            "deep",
            300_000);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
  }

  private void releaseWhatIsHeld() {
    if (held > 0) {
      semaphore.release();
      held = 0;
    }
  }

  private void assertUsable(int permits) {
    assertThat(held).isZero();
    assertThat(semaphore.availablePermits()).isEqualTo(permits);
    Worker waiter = crew.start(() -> semaphore.acquire(permits + 1));
    waiter.awaitBlocked();
    semaphore.release();
    waiter.join();
    assertThat(semaphore.availablePermits()).isZero();
  }

  @Test
  void overflowInAcquireAndRelease() {
    onASmallStack(() -> {
      releaseWhatIsHeld();
      semaphore.acquireUninterruptibly();
      held = 1;
      releaseWhatIsHeld();
    });
    assertUsable(2);
  }

  @Test
  void overflowInATimedWait() {
    int _ = semaphore.drainPermits();
    onASmallStack(() -> {
      try {
        assertThat(semaphore.tryAcquire(1, MICROSECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    assertUsable(0);
  }

  @Test
  void overflowInARunPoisonsOrRunsNothing() {
    Once once = new Once();
    onASmallStack(() -> {
      boolean[] run = new boolean[1];
      once.runForced(_ -> run[0] = true);
      assertThat(once.isCompleted()).isTrue();
    });
    assertThat(once.isCompleted()).isTrue();
  }
}
