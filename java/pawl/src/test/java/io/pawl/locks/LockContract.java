package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** What an exclusive lock promises, reentrant or not. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
public abstract class LockContract extends Kit {

  final Exclusive exclusive;
  final Lock lock;

  protected LockContract(ThreadKind kind, Exclusive exclusive) {
    super(kind);
    this.exclusive = exclusive;
    this.lock = exclusive.lock();
  }

  final int queued() {
    return exclusive.queued().getAsInt();
  }

  final boolean isLocked() {
    return exclusive.isLocked().getAsBoolean();
  }

  final boolean isHeldByCurrentThread() {
    return exclusive.isHeldByCurrentThread().getAsBoolean();
  }

  /** Starts a thread and waits until it waits for the lock. */
  final Worker startWaiter(Worker.Task task) {
    int before = queued();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(queued()).isEqualTo(before + 1);
    return worker;
  }

  final void assertFree() {
    Await.until("an empty queue", () -> queued() == 0);
    assertThat(isLocked()).isFalse();
    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
  }

  // ---- Without contention

  @Test
  void everyWayOfLockingHoldsTheLockUntilUnlock() throws InterruptedException {
    lock.lock();
    assertHeldThenUnlock();
    lock.lockInterruptibly();
    assertHeldThenUnlock();
    assertThat(lock.tryLock()).isTrue();
    assertHeldThenUnlock();
    assertThat(lock.tryLock(1, HOURS)).isTrue();
    assertHeldThenUnlock();
    assertThat(lock.tryLock(0, NANOSECONDS)).isTrue();
    assertHeldThenUnlock();
    assertThat(lock.tryLock(-1, HOURS)).isTrue();
    assertHeldThenUnlock();
  }

  private void assertHeldThenUnlock() {
    assertThat(isLocked()).isTrue();
    assertThat(isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertThat(isLocked()).isFalse();
    assertThat(isHeldByCurrentThread()).isFalse();
  }

  @Test
  void onlyTheHolderIsShownAsHolder() {
    lock.lock();
    Worker other = crew.start(() -> assertThat(isHeldByCurrentThread()).isFalse());
    other.join();
    lock.unlock();
  }

  // ---- Mistakes

  @Test
  void unlockOfAFreeLockThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    assertFree();
  }

  @Test
  void secondUnlockThrowsAndChangesNothing() {
    lock.lock();
    lock.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
    assertFree();
  }

  @Test
  void unlockByANonOwnerThrowsAndChangesNothing() {
    lock.lock();
    Worker other =
        crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock));
    other.join();
    assertThat(isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertFree();
  }

  @Test
  void unlockByANonOwnerDoesNotWakeAWaiter() {
    lock.lock();
    Worker waiter = startWaiter(this::lockAndUnlock);
    Worker other =
        crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock));
    other.join();
    assertThat(waiter.isDone()).isFalse();
    assertThat(queued()).isEqualTo(1);
    lock.unlock();
    waiter.join();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitThrowsWhateverTheState() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lock.tryLock(1, null));
    assertFree();
  }

  // ---- Waiting

  @Test
  void waiterGetsTheLockAfterUnlock() {
    lock.lock();
    Worker waiter =
        startWaiter(() -> {
          lock.lock();
          assertHeldThenUnlock();
        });
    assertThat(waiter.isDone()).isFalse();
    lock.unlock();
    waiter.join();
    assertFree();
  }

  @Test
  void tryLockOfAHeldLockFailsAtOnce() throws InterruptedException {
    lock.lock();
    Worker other =
        crew.start(() -> {
          assertThat(lock.tryLock()).isFalse();
          assertThat(lock.tryLock(0, MILLISECONDS)).isFalse();
          assertThat(lock.tryLock(-1, MILLISECONDS)).isFalse();
          assertThat(lock.tryLock(Long.MIN_VALUE, MILLISECONDS)).isFalse();
          assertThat(isHeldByCurrentThread()).isFalse();
        });
    other.join();
    lock.unlock();
  }

  @Test
  void timedTryLockIsNeverEarly() {
    lock.lock();
    for (long micros : new long[] {1, 100, 1_000, 10_000}) {
      Worker other =
          crew.start(() -> {
            long start = System.nanoTime();
            assertThat(lock.tryLock(micros, TimeUnit.MICROSECONDS)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
            assertThat(isHeldByCurrentThread()).isFalse();
          });
      other.join();
    }
    assertThat(queued()).isZero();
    lock.unlock();
    assertFree();
  }

  @Test
  void timedTryLockGetsALockThatBecomesFreeInTime() {
    for (long millis : new long[] {2_147, 2_148, 5_000_000, Long.MAX_VALUE}) {
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

  @Test
  void waitersAreServedInTheOrderInWhichTheyCame() {
    List<Integer> order = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    lock.lock();
    for (int i = 0; i < 12; i++) {
      int index = i;
      expected.add(i);
      Worker _ =
          startWaiter(() -> {
            if (index % 3 == 0) {
              lock.lock();
            } else if (index % 3 == 1) {
              lock.lockInterruptibly();
            } else {
              assertThat(lock.tryLock(1, HOURS)).isTrue();
            }
            order.add(index);
            lock.unlock();
          });
    }
    lock.unlock();
    crew.join();
    assertThat(order).isEqualTo(expected);
    assertFree();
  }

  @Test
  void queueLengthCountsWaitersAndForgetsThoseThatLeave() {
    lock.lock();
    assertThat(queued()).isZero();
    Worker first = startWaiter(this::lockAndUnlock);
    Worker second =
        startWaiter(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(lock::lockInterruptibly));
    assertThat(queued()).isEqualTo(2);
    second.interrupt();
    second.join();
    assertThat(queued()).isEqualTo(1);
    lock.unlock();
    first.join();
    assertFree();
  }

  // ---- Interruption

  @Test
  void lockPreservesAnInterruptedStatusThatItFinds() {
    Worker free =
        crew.start(() -> {
          Thread.currentThread().interrupt();
          lockAndUnlock();
          assertThat(Thread.interrupted()).isTrue();
        });
    free.join();
    lock.lock();
    Worker held =
        startWaiter(() -> {
          Thread.currentThread().interrupt();
          lockAndUnlock();
          assertThat(Thread.interrupted()).isTrue();
        });
    lock.unlock();
    held.join();
  }

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
    assertThat(waiter.isDone()).isFalse();
    assertThat(queued()).isEqualTo(1);
    lock.unlock();
    waiter.join();
    assertFree();
  }

  @Test
  void interruptedThreadDoesNotGetAFreeLockInterruptibly() {
    Worker worker =
        crew.start(() -> {
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> lock.tryLock(1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          Thread.currentThread().interrupt();
          assertThat(lock.tryLock()).isTrue();
          assertThat(Thread.interrupted()).isTrue();
          lock.unlock();
        });
    worker.join();
    assertFree();
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    lock.lock();
    Worker untimed = startWaiter(() -> assertInterruptedWithoutLock(lock::lockInterruptibly));
    Worker timed = startWaiter(() -> assertInterruptedWithoutLock(() -> lock.tryLock(1, HOURS)));
    untimed.interrupt();
    untimed.join();
    timed.interrupt();
    timed.join();
    assertThat(isHeldByCurrentThread()).isTrue();
    lock.unlock();
    assertFree();
  }

  private void assertInterruptedWithoutLock(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(attempt);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(isHeldByCurrentThread()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
  }

  @Test
  void interruptOfAWaiterInTheMiddleKeepsTheOrderOfTheOthers() {
    List<Integer> order = new ArrayList<>();
    List<Worker> waiters = new ArrayList<>();
    lock.lock();
    for (int i = 0; i < 6; i++) {
      int index = i;
      waiters.add(
          startWaiter(() -> {
            try {
              lock.lockInterruptibly();
            } catch (InterruptedException e) {
              return;
            }
            order.add(index);
            lock.unlock();
          }));
    }
    for (int index : new int[] {0, 3, 5}) {
      waiters.get(index).interrupt();
      waiters.get(index).join();
    }
    lock.unlock();
    crew.join();
    assertThat(order).containsExactly(1, 2, 4);
    assertFree();
  }

  // ---- Bounded starvation

  @Test
  void waiterGetsTheLockAlthoughOthersBarge() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger hammering = new AtomicInteger();
    Crew hammers = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    hammers.start(
        2,
        () -> {
          hammering.incrementAndGet();
          while (!stop.get()) {
            lockAndUnlock();
          }
        });
    Await.until("two threads hammer", () -> hammering.get() == 2);
    Worker waiter =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            lockAndUnlock();
          }
        });
    waiter.join();
    stop.set(true);
    hammers.join();
    assertFree();
  }

  final void lockAndUnlock() {
    lock.lock();
    lock.unlock();
  }
}
