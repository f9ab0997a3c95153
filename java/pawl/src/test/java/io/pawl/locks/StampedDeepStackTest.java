package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a stamped lock, at whatever depth, leaves one that can be used. */
@SuppressWarnings("InfiniteRecursion") // until the stack ends
class StampedDeepStackTest extends StampedKit {

  /** What runs on the small stack. */
  @FunctionalInterface
  private interface Operation {
    void run() throws InterruptedException;
  }

  /** Initializes the classes; an overflow in an initializer is for good. */
  @BeforeAll
  static void waitOnce() throws InterruptedException {
    StampedLock lock = new StampedLock();
    long stamp = lock.writeLock();
    assertThat(lock.tryReadLock(1, MICROSECONDS)).isZero();
    assertThat(lock.tryWriteLock(1, MICROSECONDS)).isZero();
    lock.unlockWrite(stamp);
  }

  /**
   * Runs the operation in every frame on the way back from an overflow, from the deepest one on.
   * Locks that the frame below could not release any more are released first.
   */
  private void overflow(Operation operation) throws InterruptedException {
    try {
      overflow(operation);
    } finally {
      release();
      operation.run();
    }
  }

  private void release() {
    boolean _ = lock.tryUnlockWrite();
    while (lock.tryUnlockRead()) {}
  }

  private void overflowInEachFrame(Operation operation) {
    onASmallStack(() -> {
      try {
        overflow(operation);
      } catch (StackOverflowError | InterruptedException _) {
        release();
      }
    });
  }

  private static void onASmallStack(Runnable body) {
    Thread thread = new Thread(null, body, "deep", 300_000);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
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
    overflowInEachFrame(this::writeAndUnlock);
    assertUsable();
  }

  @Test
  void overflowInReading() {
    overflowInEachFrame(() -> lock.unlockRead(lock.readLock()));
    assertUsable();
  }

  @Test
  void overflowInReadingWithManyLocks() {
    overflowInEachFrame(() -> unlockRead(read(70), 70));
    assertUsable();
  }

  @Test
  void overflowInConversions() {
    overflowInEachFrame(() -> {
      long stamp = lock.tryConvertToWriteLock(lock.readLock());
      stamp = lock.tryConvertToReadLock(stamp);
      assertThat(lock.tryConvertToOptimisticRead(stamp)).isNotZero();
    });
    assertUsable();
  }

  @Test
  void overflowInATimedWait() {
    long stamp = lock.writeLock();
    onASmallStack(this::overflowWaiting);
    lock.unlockWrite(stamp);
    assertUsable();
  }

  private void overflowWaiting() {
    try {
      overflowWaiting();
    } catch (StackOverflowError _) {
      // Goes on with a frame less.
    }
    try {
      assertThat(lock.tryReadLock(1, MICROSECONDS)).isZero();
      assertThat(lock.tryWriteLock(1, MICROSECONDS)).isZero();
    } catch (StackOverflowError | InterruptedException _) {
      // Goes on with a frame less.
    }
  }
}
