package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Allocation;
import io.pawl.testing.Await;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a SpinLock promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SpinLockTest extends Kit {

  private final SpinLock lock = new SpinLock();

  SpinLockTest(ThreadKind kind) {
    super(kind);
  }

  /** Starts a thread and waits until it has spun enough to sleep. */
  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void lockAndUnlock() {
    lock.lock();
    lock.unlock();
  }

  private void assertFree() {
    assertThat(lock.isLocked()).isFalse();
    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
  }

  // ---- Without contention

  @Test
  @SuppressWarnings("MustBeClosed") // closed by an unlock
  void everyWayOfLockingHoldsTheLockUntilUnlock() throws InterruptedException {
    lock.lock();
    assertHeldThenUnlock();
    lock.lockInterruptibly();
    assertHeldThenUnlock();
    assertThat(lock.tryLock()).isTrue();
    assertHeldThenUnlock();
    assertThat(lock.tryLock(1, HOURS)).isTrue();
    assertHeldThenUnlock();
    assertThat(lock.tryLock(-1, HOURS)).isTrue();
    assertHeldThenUnlock();
    SpinLock.Held _ = lock.acquire();
    assertHeldThenUnlock();
  }

  private void assertHeldThenUnlock() {
    assertThat(lock.isLocked()).isTrue();
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertThat(lock.isLocked()).isFalse();
    assertThat(lock.isHeldByCurrentThread()).isFalse();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closingAHoldUnlocksOnce() {
    SpinLock.Held held = lock.acquire();
    held.close();
    assertThat(lock.isLocked()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close);
    assertFree();
  }

  @Test
  void acquiringAllocatesNothing() {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      try (SpinLock.Held _ = lock.acquire()) {
        Thread.onSpinWait();
      }
    }
    allocation.assertNone();
  }

  @Test
  void descriptionShowsTheHolder() {
    assertThat(lock.toString()).endsWith("[Unlocked]");
    lock.lock();
    assertThat(lock.toString())
        .endsWith("[Locked by thread #" + Thread.currentThread().threadId() + "]");
    lock.unlock();
  }

  // ---- Mistakes

  @Test
  void lockingAgainByTheHolderThrowsAndKeepsTheHold() {
    lock.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::lock);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(lock::lockInterruptibly);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.tryLock(1, HOURS));
    assertThat(lock.tryLock()).isFalse();
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertFree();
  }

  @Test
  void unlockOfAFreeLockThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    assertFree();
  }

  @Test
  void unlockByANonOwnerThrowsAndChangesNothing() {
    lock.lock();
    crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock))
        .join();
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertFree();
  }

  @Test
  void thereAreNoConditions() {
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(lock::newCondition);
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitThrowsWhateverTheState() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lock.tryLock(1, null));
    assertFree();
  }

  // ---- Waiting

  @Test
  void waitersThatHaveGoneToSleepGetTheLock() {
    lock.lock();
    for (int i = 0; i < 4; i++) {
      Worker _ =
          startWaiter(() -> {
            lock.lock();
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            lock.unlock();
          });
    }
    lock.unlock();
    crew.join();
    assertFree();
  }

  @Test
  void sleepingWaiterShowsTheLock() {
    lock.lock();
    Worker waiter = crew.start(this::lockAndUnlock);
    Await.until("the blocker", () -> LockSupport.getBlocker(waiter.thread()) == lock);
    lock.unlock();
    waiter.join();
  }

  @Test
  void holderThatLeavesItsProcessorToSpinningWaitersGetsItBack() {
    AtomicInteger arrived = new AtomicInteger();
    Worker holder =
        crew.start(() -> {
          lock.lock();
          arrived.incrementAndGet();
          Await.until("all waiters", () -> arrived.get() == 9);
          lock.unlock();
        });
    Await.until("a holder", lock::isLocked);
    crew.start(
        8,
        () -> {
          arrived.incrementAndGet();
          lockAndUnlock();
        });
    holder.join();
    crew.join();
    assertFree();
  }

  @Test
  void timedTryLockIsNeverEarly() {
    lock.lock();
    for (long micros : new long[] {1, 100, 1_000, 10_000}) {
      crew.start(
              () -> {
                long start = System.nanoTime();
                assertThat(lock.tryLock(micros, MICROSECONDS)).isFalse();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
              })
          .join();
    }
    lock.unlock();
    assertFree();
  }

  @Test
  void tryLockOfAHeldLockFailsAtOnce() {
    lock.lock();
    crew.start(
            () -> {
              assertThat(lock.tryLock()).isFalse();
              assertThat(lock.tryLock(0, MILLISECONDS)).isFalse();
              assertThat(lock.tryLock(Long.MIN_VALUE, MILLISECONDS)).isFalse();
            })
        .join();
    lock.unlock();
  }

  @Test
  void timedTryLockGetsALockThatBecomesFreeInTime() {
    for (long millis : new long[] {5_000_000, Long.MAX_VALUE}) {
      lock.lock();
      Worker waiter =
          startWaiter(() -> {
            assertThat(lock.tryLock(millis, MILLISECONDS)).isTrue();
            lock.unlock();
          });
      lock.unlock();
      waiter.join();
    }
    assertFree();
  }

  // ---- Interruption

  @Test
  void lockWaitsOnWhenInterruptedAndPreservesTheStatus() {
    lock.lock();
    Worker waiter =
        startWaiter(() -> {
          lockAndUnlock();
          assertThat(Thread.interrupted()).isTrue();
        });
    for (int i = 0; i < 3; i++) {
      waiter.interrupt();
    }
    waiter.awaitBlocked();
    assertThat(waiter.isDone()).isFalse();
    lock.unlock();
    waiter.join();
    assertFree();
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    lock.lock();
    Worker untimed =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          assertThat(lock.isHeldByCurrentThread()).isFalse();
        });
    Worker timed =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> lock.tryLock(1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          assertThat(lock.isHeldByCurrentThread()).isFalse();
        });
    untimed.interrupt();
    untimed.join();
    timed.interrupt();
    timed.join();
    lock.unlock();
    assertFree();
  }

  @Test
  void interruptedThreadDoesNotGetAFreeLockInterruptibly() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> lock.tryLock(1, HOURS));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertFree();
  }

  // ---- Stack overflow

  @Test
  @Tag(DeepStack.TAG)
  void overflowLeavesALockThatCanBeUsed() {
    DeepStack.overflow(
        () -> {
          unlockIfHeld();
          lock.lock();
          lock.unlock();
        },
        this::unlockIfHeld);
    crew.start(this::lockAndUnlock).join();
    assertFree();
  }

  private void unlockIfHeld() {
    if (lock.isHeldByCurrentThread()) {
      lock.unlock();
    }
  }
}
