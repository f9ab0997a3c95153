package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.DeepStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows leaves nothing held for other processes that its thread does not hold. */
@Limit(60)
@Tag(DeepStack.TAG)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SharedStackTest {
  private final Regions regions = new Regions();
  private final SharedRegion one = regions.open();
  private final SharedRegion other = regions.open();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  @Test
  void mutexIsHeldByItsThreadAndForOthersOrByNeither() {
    SharedMutex mutex = one.mutex("m");
    Region region = one.region();
    long word = new Directory(region).find(Kind.MUTEX, "m", 0);
    DeepStack.overflow(
        () -> {
          boolean held = mutex.isHeldByCurrentThread();
          if (held == SharedWord.isFree(region.getLong(word))) {
            throw new AssertionError(held ? "free for others" : "held for others");
          }
          if (!held) {
            mutex.lock();
          }
          long now = region.getLong(word);
          boolean _ = region.casLong(word, now, now | (1L << 31));
          mutex.unlock();
        },
        () -> {
          if (mutex.isHeldByCurrentThread()) {
            mutex.unlock();
          }
        });
    assertThat(other.mutex("m").tryLock()).isTrue();
    other.mutex("m").unlock();
  }

  @Test
  void semaphoreLosesNoPermitAndIsNotLeftLocked() throws InterruptedException {
    SharedSemaphore semaphore = one.semaphore("s", 3);
    DeepStack.overflow(
        () -> {
          if (semaphore.tryAcquire()) {
            semaphore.release();
          }
        },
        () -> {
          int held = semaphore.heldPermits();
          if (held != 0) {
            semaphore.release(held);
          }
        });
    SharedSemaphore same = other.semaphore("s", 3);
    same.acquire(3);
    same.release(3);
  }

  @Test
  void readerIsCountedOrNot() {
    SharedRwLock lock = one.rwLock("rw");
    DeepStack.overflow(
        () -> {
          lock.readLock().lock();
          lock.readLock().unlock();
        },
        () -> {
          while (lock.isHeldHere()) {
            lock.readLock().unlock();
          }
        });
    assertThat(other.rwLock("rw").writeLock().tryLock()).isTrue();
    other.rwLock("rw").writeLock().unlock();
  }
}
