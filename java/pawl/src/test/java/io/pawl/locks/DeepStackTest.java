package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stack that overflows inside a lock, at whatever depth, leaves a lock that can be used. */
@ParameterizedClass
@EnumSource(Locks.class)
@SuppressWarnings({
  "LockNotBeforeTry", // what is held after an overflow is the question
  "InfiniteRecursion", // until the stack ends
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

  /**
   * Runs the operation in every frame on the way back from an overflow, from the deepest one on. A
   * lock that the frame below could not release any more is released first.
   */
  private void overflow(Runnable operation) {
    try {
      overflow(operation);
    } finally {
      unlockIfHeld();
      operation.run();
    }
  }

  private void onASmallStack(Runnable operation) {
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                overflow(operation);
              } catch (StackOverflowError _) {
                unlockIfHeld();
              }
            },
            "deep",
            300_000);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
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

  private void unlockIfHeld() {
    if (exclusive.isHeldByCurrentThread().getAsBoolean()) {
      lock.unlock();
    }
  }

  @Test
  void overflowInLockAndUnlock() {
    onASmallStack(() -> {
      lock.lock();
      lock.unlock();
    });
    assertUsable();
  }

  @Test
  void overflowInAwait() {
    onASmallStack(() -> {
      lock.lock();
      try {
        boolean _ = condition.await(1, MICROSECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      lock.unlock();
    });
    assertUsable();
  }

  @Test
  void overflowInATimedWaitForTheLock() {
    lock.lock();
    onASmallStack(() -> {
      try {
        assertThat(lock.tryLock(1, TimeUnit.MICROSECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    lock.unlock();
    assertUsable();
  }
}
