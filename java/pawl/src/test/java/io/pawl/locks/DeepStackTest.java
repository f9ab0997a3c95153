package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stack that overflows inside a lock, at whatever depth, leaves a lock that can be used. */
@Tag(DeepStack.TAG)
@ParameterizedClass
@EnumSource(Locks.class)
@SuppressWarnings({
  "LockNotBeforeTry", // what is held after an overflow is the question
  "WaitNotInLoop" // nobody signals
})
class DeepStackTest extends Kit {

  private final Exclusive exclusive;
  private final Lock lock;
  private final Condvar condition;

  DeepStackTest(Locks which) {
    super(ThreadKind.PLATFORM);
    exclusive = which.make();
    lock = exclusive.lock();
    condition = (Condvar) lock.newCondition();
  }

  private void assertUsable() {
    assertThat(exclusive.isLocked().getAsBoolean()).isFalse();
    lock.lock();
    Worker waiter =
        crew.start(() -> {
          lock.lock();
          lock.unlock();
        });
    waiter.awaitBlocked();
    lock.unlock();
    waiter.join();
    lock.lock();
    lock.unlock();
  }

  /** What the frame below could not release any more is released first. */
  private void overflow(Worker.Task operation) {
    DeepStack.overflow(
        () -> {
          unlockIfHeld();
          operation.run();
        },
        this::unlockIfHeld);
  }

  private void unlockIfHeld() {
    if (exclusive.isHeldByCurrentThread().getAsBoolean()) {
      lock.unlock();
    }
  }

  @Test
  void overflowInLockAndUnlock() {
    overflow(() -> {
      lock.lock();
      lock.unlock();
    });
    assertUsable();
  }

  @Test
  void overflowInAwait() {
    overflow(() -> {
      lock.lock();
      boolean _ = condition.await(1, MICROSECONDS);
      lock.unlock();
    });
    assertUsable();
  }

  @Test
  void overflowInATimedWaitForTheLock() {
    lock.lock();
    overflow(() -> {
      assertThat(lock.tryLock(1, MICROSECONDS)).isFalse();
    });
    lock.unlock();
    assertUsable();
  }
}
