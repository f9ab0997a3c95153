package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A stack that overflows, at whatever depth, neither loses permits nor leaves a once running. */
@Tag(DeepStack.TAG)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class DeepStackTest extends Kit {

  private final Semaphore semaphore;

  /** Acquired by the deep thread and not released; read by others after its end. */
  private volatile int held;

  DeepStackTest(boolean fair) {
    super(ThreadKind.PLATFORM);
    semaphore = new Semaphore(2, fair);
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
    DeepStack.overflow(
        () -> {
          releaseWhatIsHeld();
          semaphore.acquireUninterruptibly();
          held = 1;
          releaseWhatIsHeld();
        },
        this::releaseWhatIsHeld);
    assertUsable(2);
  }

  @Test
  void overflowInATimedWait() {
    int _ = semaphore.drainPermits();
    DeepStack.overflow(() -> assertThat(semaphore.tryAcquire(1, MICROSECONDS)).isFalse(), () -> {});
    assertUsable(0);
  }

  @Test
  void overflowInARunPoisonsOrRunsNothing() {
    Once once = new Once();
    DeepStack.overflow(
        () -> {
          boolean[] run = new boolean[1];
          once.runForced(_ -> run[0] = true);
          assertThat(once.isCompleted()).isTrue();
        },
        () -> {});
    assertThat(once.isCompleted()).isTrue();
  }
}
