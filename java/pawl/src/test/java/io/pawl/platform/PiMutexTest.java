package io.pawl.platform;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class PiMutexTest extends SystemLockContract<PiMutex> {

  PiMutexTest() {
    super(PiMutex::new);
  }

  // ---- The end of an owner

  private void lockInAThreadThatEnds() throws InterruptedException {
    Worker owner = crew.start(() -> lock().lock());
    owner.join();
    owner.thread().join();
  }

  private void assertPoisonedUntilCleared() {
    assertThat(lock().isPoisoned()).isTrue();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertThat(lock().isHeldByCurrentThread()).isFalse();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lockInterruptibly);
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::tryLock);
    assertThat(lock().lockForced()).isTrue();
    lock().unlock();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertThat(lock().lockForced()).isTrue();
    lock().clearPoison();
    lock().unlock();
    assertThat(lock().isPoisoned()).isFalse();
    assertThat(lock().lockForced()).isFalse();
    lock().unlock();
    assertFree();
  }

  @Test
  void endOfAnOwnerIsToldToWhoComesAfterIt() throws InterruptedException {
    lock();
    lockInAThreadThatEnds();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertPoisonedUntilCleared();
  }

  @Test
  void endOfAnOwnerIsToldToATryLock() throws InterruptedException {
    lock();
    lockInAThreadThatEnds();
    Await.until("the end of the thread in the system", this::tryLockIsTold);
    assertPoisonedUntilCleared();
  }

  private boolean tryLockIsTold() {
    try {
      assertThat(lock().tryLock()).isFalse();
      return false;
    } catch (OwnerEndedException e) {
      return true;
    }
  }

  @Test
  void endOfAnOwnerIsToldToThoseThatWait() {
    AtomicInteger told = new AtomicInteger();
    Worker owner =
        crew.start(() -> {
          lock().lock();
          Await.until("two wait", () -> lock().getQueueLength() == 2);
        });
    Await.until("the lock is held", () -> lock().owner() != null);
    for (int i = 0; i < 2; i++) {
      Worker _ =
          crew.start(() -> {
            assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
            told.incrementAndGet();
          });
    }
    owner.join();
    crew.join();
    assertThat(told).hasValue(2);
    assertPoisonedUntilCleared();
  }

  @Test
  void onlyOneOfManyTakesOverFromAnEndedOwner() throws InterruptedException {
    lock();
    for (int round = 0; round < 50; round++) {
      lockInAThreadThatEnds();
      AtomicInteger inside = new AtomicInteger();
      crew.start(
          4,
          () -> {
            boolean _ = lock().lockForced();
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            inside.decrementAndGet();
            lock().unlock();
          });
      crew.join();
      assertThat(lock().lockForced()).isTrue();
      lock().clearPoison();
      lock().unlock();
    }
    assertFree();
  }

  @Test
  void poisonIsClearedByTheHolderOnly() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock()::clearPoison);
  }

  // ---- Deadlock

  @Test
  void waitThatWouldCloseACircleIsRefused() {
    lock().lock();
    PiMutex other = another();
    Worker owner =
        startWaiter(() -> {
          other.lock();
          lock().lock();
          lock().unlock();
          other.unlock();
        });
    Await.until(
        "the circle is found",
        () -> {
          try {
            assertThat(other.tryLock(1, MILLISECONDS)).isFalse();
            return false;
          } catch (IllegalStateException e) {
            return true;
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    lock().unlock();
    owner.join();
    assertFree();
  }
}
