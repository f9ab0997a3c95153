package io.pawl.locks;

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

/**
 * A stack that overflows inside a reentrant read lock, at whatever depth, leaves counts that agree
 * with each other, be the thread the first reader or another.
 */
@Tag(DeepStack.TAG)
@ParameterizedClass
@ValueSource(booleans = {true, false})
@SuppressWarnings("LockNotBeforeTry") // what is held after an overflow is the question
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

  private void unlockAll() {
    while (lock.getReadHoldCount() > 0) {
      read.unlock();
    }
  }

  /** What the frame below could not release any more is released first. */
  private void overflow(Worker.Task operation) {
    DeepStack.overflow(
        () -> {
          unlockAll();
          operation.run();
        },
        this::unlockAll);
    assertThat(lock.getReadLockCount()).isEqualTo(others);
  }

  @Test
  void overflowInLockAndUnlock() {
    overflow(() -> {
      read.lock();
      read.unlock();
    });
  }

  @Test
  void overflowInEnteringAgain() {
    overflow(() -> {
      read.lock();
      read.lock();
      assertThat(lock.getReadLockCount()).isEqualTo(others + lock.getReadHoldCount());
      read.unlock();
      read.unlock();
    });
  }

  @Test
  void overflowInTimedAttempts() {
    overflow(() -> {
      assertThat(read.tryLock(1, MICROSECONDS)).isTrue();
      assertThat(read.tryLock()).isTrue();
      read.unlock();
      read.unlock();
    });
  }
}
