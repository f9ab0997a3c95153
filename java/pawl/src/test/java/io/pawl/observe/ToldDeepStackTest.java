package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.locks.Mutex;
import io.pawl.testing.DeepStack;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Waits are told, or not, where the stack is about to end. */
@Tag(DeepStack.TAG)
@Limit(60)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class ToldDeepStackTest {

  @Test
  void eachWaitThatIsToldIsToldToHaveEnded() {
    AtomicInteger began = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    ContentionListener listener =
        new ContentionListener() {
          @Override
          public void waitBegan(Wait wait) {
            began.incrementAndGet();
          }

          @Override
          public void waitEnded(Wait wait) {
            ended.incrementAndGet();
          }
        };
    Mutex mutex = new Mutex();
    mutex.lock();
    Contention.addListener(listener);
    try {
      DeepStack.overflow(
          () -> assertThat(mutex.tryLock(1, TimeUnit.NANOSECONDS)).isFalse(),
          () -> assertThat(mutex.getQueueLength()).isZero());
    } finally {
      assertThat(Contention.removeListener(listener)).isTrue();
    }
    mutex.unlock();
    assertThat(mutex.tryLock()).isTrue();
    mutex.unlock();
    assertThat(began.get()).isPositive();
    assertThat(ended.get()).isEqualTo(began.get());
  }
}
