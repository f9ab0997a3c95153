package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a stamped lock, at whatever depth, leaves one that can be used. */
@Tag(DeepStack.TAG)
class StampedDeepStackTest extends StampedKit {

  private void release() {
    boolean _ = lock.tryUnlockWrite();
    while (lock.tryUnlockRead()) {}
  }

  /** What the frame below could not release any more is released first. */
  private void overflow(Worker.Task operation) {
    DeepStack.overflow(
        () -> {
          release();
          operation.run();
        },
        this::release);
  }

  private void assertUsable() {
    assertFree();
    long stamp = lock.writeLock();
    Worker writer = crew.start(this::writeAndUnlock);
    Worker reader = crew.start(() -> lock.unlockRead(lock.readLock()));
    writer.awaitBlocked();
    reader.awaitBlocked();
    lock.unlockWrite(stamp);
    writer.join();
    reader.join();
    unlockRead(read(MANY), MANY);
    assertFree();
  }

  @Test
  void overflowInWriting() {
    overflow(this::writeAndUnlock);
    assertUsable();
  }

  @Test
  void overflowInReading() {
    overflow(() -> lock.unlockRead(lock.readLock()));
    assertUsable();
  }

  @Test
  void overflowInReadingWithManyLocks() {
    overflow(() -> unlockRead(read(70), 70));
    assertUsable();
  }

  @Test
  void overflowInConversions() {
    overflow(() -> {
      long stamp = lock.tryConvertToWriteLock(lock.readLock());
      stamp = lock.tryConvertToReadLock(stamp);
      assertThat(lock.tryConvertToOptimisticRead(stamp)).isNotZero();
    });
    assertUsable();
  }

  @Test
  void overflowInATimedWait() {
    long stamp = lock.writeLock();
    DeepStack.overflow(
        () -> {
          assertThat(lock.tryReadLock(1, MICROSECONDS)).isZero();
          assertThat(lock.tryWriteLock(1, MICROSECONDS)).isZero();
        },
        () -> {});
    lock.unlockWrite(stamp);
    assertUsable();
  }
}
