package io.pawl.rcu;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Crew;
import io.pawl.testing.DeepStack;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stack that overflows, at whatever depth, leaves a domain whose grace periods end. */
@Tag(DeepStack.TAG)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeepStackTest {

  private final Rcu rcu = new Rcu();

  @Test
  void overflowInAWaitLeavesNobodyLeading() throws InterruptedException {
    DeepStack.overflow(rcu::synchronize, () -> {});
    assertThat(rcu.synchronize(20, SECONDS)).isTrue();
  }

  @Test
  void overflowInATimedWaitLeavesNobodyLeading() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Worker reader =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> {
              long section = rcu.enter();
              inside.countDown();
              release.await();
              rcu.exit(section);
            });
    inside.await();
    DeepStack.overflow(
        () -> {
          if (rcu.synchronize(1, MICROSECONDS)) {
            throw new AssertionError("A reader is inside");
          }
        },
        () -> {});
    release.countDown();
    reader.join();
    assertThat(rcu.synchronize(20, SECONDS)).isTrue();
    assertThat(rcu.isAwaited()).isFalse();
  }
}
