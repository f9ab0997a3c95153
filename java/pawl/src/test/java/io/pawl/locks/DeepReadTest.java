package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stack that overflows inside a reentrant read lock, at whatever depth, leaves counts that agree
 * with each other, be the thread the first reader or another.
 */
@ParameterizedClass
@ValueSource(booleans = {true, false})
@SuppressWarnings({
  "LockNotBeforeTry", // what is held after an overflow is the question
  "InfiniteRecursion" // until the stack ends
})
class DeepReadTest extends Kit {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final ReentrantReadWriteLock.ReadLock read = lock.readLock();
  private final int others;

  DeepReadTest(boolean first) {
    super(ThreadKind.PLATFORM);
    if (first) {
      others = 0;
    } else {
      others = 1;
      Worker other = crew.start(read::lock);
      other.join();
    }
  }

  /**
   * Runs the operation in every frame on the way back from an overflow, from the deepest one on.
   */
  private void overflow(Runnable operation) {
    try {
      overflow(operation);
    } finally {
      unlockAll();
      operation.run();
    }
  }

  private void unlockAll() {
    while (lock.getReadHoldCount() > 0) {
      read.unlock();
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
                unlockAll();
              }
            },
            "deep",
            300_000);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
    assertThat(lock.getReadLockCount()).isEqualTo(others);
  }

  @Test
  void overflowInLockAndUnlock() {
    onASmallStack(() -> {
      read.lock();
      read.unlock();
    });
  }

  @Test
  void overflowInEnteringAgain() {
    onASmallStack(() -> {
      read.lock();
      read.lock();
      assertThat(lock.getReadLockCount()).isEqualTo(others + lock.getReadHoldCount());
      read.unlock();
      read.unlock();
    });
  }

  @Test
  void overflowInTimedAttempts() {
    onASmallStack(() -> {
      try {
        assertThat(read.tryLock(1, MICROSECONDS)).isTrue();
        assertThat(read.tryLock()).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      read.unlock();
      read.unlock();
    });
  }
}
