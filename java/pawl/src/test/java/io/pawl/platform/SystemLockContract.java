package io.pawl.platform;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.observe.Subjects;
import io.pawl.observe.Names;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a lock of the system promises to platform threads, and refuses to virtual ones. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
abstract class SystemLockContract<L extends SystemLock> extends Kit {

  private final Supplier<L> maker;
  private final @Nullable L made;
  private final @Nullable UnsupportedOperationException refusal;

  SystemLockContract(Supplier<L> maker) {
    super(ThreadKind.PLATFORM);
    this.maker = maker;
    L lock = null;
    UnsupportedOperationException thrown = null;
    try {
      lock = maker.get();
    } catch (UnsupportedOperationException e) {
      thrown = e;
    }
    made = lock;
    refusal = thrown;
  }

  /** The lock; ends the test where there is none. */
  final L lock() {
    L lock = made;
    assumeTrue(lock != null, () -> String.valueOf(refusal));
    if (lock == null) {
      throw new AssertionError();
    }
    return lock;
  }

  /** One more; ends the test where there is none. */
  final L another() {
    lock();
    return maker.get();
  }

  final Worker startWaiter(Worker.Task task) {
    int before = lock().getQueueLength();
    Worker worker = crew.start(task);
    Await.until("a waiter", () -> lock().getQueueLength() == before + 1);
    worker.awaitBlocked();
    return worker;
  }

  final void lockAndUnlock() {
    lock().lock();
    lock().unlock();
  }

  final void assertFree() {
    assertThat(lock().getQueueLength()).isZero();
    assertThat(lock().toString()).endsWith("[Unlocked]");
    crew.start(this::lockAndUnlock).join();
  }

  private void assertHeldThenUnlock() {
    assertThat(lock().isHeldByCurrentThread()).isTrue();
    assertThat(lock().toString())
        .endsWith("[Locked by thread " + Thread.currentThread().getName() + "]");
    lock().unlock();
    assertThat(lock().isHeldByCurrentThread()).isFalse();
  }

  @Test
  void whereTheShimIsNotInUseTheReasonIsGiven() {
    String backend = System.getProperty("pawl.backend", "");
    if (backend.equals("java") || backend.equals("syscall")) {
      assertThat(refusal).hasMessageContaining("need native calls: ").hasMessageContaining(backend);
    }
  }

  @Test
  void everyWayOfLockingHoldsTheLockUntilUnlock() throws InterruptedException {
    lock().lock();
    assertHeldThenUnlock();
    lock().lockInterruptibly();
    assertHeldThenUnlock();
    assertThat(lock().tryLock()).isTrue();
    assertHeldThenUnlock();
    for (long time : new long[] {1, 0, -1, Long.MAX_VALUE}) {
      assertThat(lock().tryLock(time, HOURS)).isTrue();
      assertHeldThenUnlock();
    }
    assertFree();
  }

  // ---- Mistakes

  @Test
  void unlockByANonOwnerThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock()::unlock);
    lock().lock();
    crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock()::unlock))
        .join();
    assertThat(lock().isHeldByCurrentThread()).isTrue();
    lock().unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock()::unlock);
    assertFree();
  }

  @Test
  void lockingAgainByTheHolderThrowsAndKeepsTheHold() throws InterruptedException {
    lock().lock();
    List<ThrowingCallable> attempts =
        List.of(
            () -> lock().lock(), () -> lock().lockInterruptibly(), () -> lock().tryLock(1, HOURS));
    for (ThrowingCallable attempt : attempts) {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(attempt);
    }
    assertThat(lock().tryLock()).isFalse();
    assertThat(lock().tryLock(0, NANOSECONDS)).isFalse();
    assertHeldThenUnlock();
    assertFree();
  }

  @Test
  void virtualThreadsAreRefused() {
    lock();
    Worker virtual =
        new Crew(ThreadKind.VIRTUAL)
            .start(() -> {
              List<ThrowingCallable> attempts =
                  List.of(
                      () -> lock().lock(),
                      () -> lock().lockInterruptibly(),
                      () -> lock().tryLock(),
                      () -> lock().tryLock(1, HOURS));
              for (ThrowingCallable attempt : attempts) {
                assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(attempt)
                    .withMessageContaining("for platform threads");
              }
              assertThatExceptionOfType(IllegalMonitorStateException.class)
                  .isThrownBy(lock()::unlock);
              assertThat(lock().isHeldByCurrentThread()).isFalse();
            });
    virtual.join();
    assertFree();
  }

  @Test
  void virtualThreadMayMakeALock() {
    lock();
    new Crew(ThreadKind.VIRTUAL).start(() -> assertThat(another()).isNotNull()).join();
  }

  @Test
  void conditionsAreRefused() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(lock()::newCondition)
        .withMessageContaining("no conditions");
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitThrows() {
    lock();
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lock().tryLock(1, null));
    assertFree();
  }

  // ---- Waiting

  @Test
  void waiterGetsTheLockAfterUnlock() {
    List<Worker.Task> attempts =
        List.of(
            () -> lock().lock(),
            () -> lock().lockInterruptibly(),
            () -> assertThat(lock().tryLock(1, HOURS)).isTrue(),
            () -> assertThat(lock().tryLock(Long.MAX_VALUE, HOURS)).isTrue());
    for (Worker.Task attempt : attempts) {
      lock().lock();
      Worker waiter =
          startWaiter(() -> {
            attempt.run();
            assertHeldThenUnlock();
          });
      assertThat(waiter.isDone()).isFalse();
      lock().unlock();
      waiter.join();
    }
    assertFree();
  }

  @Test
  void blockerOfAWaiterLeadsToTheLockAndItsName() {
    Names.name(lock(), "orders");
    lock().lock();
    Worker waiter = startWaiter(this::lockAndUnlock);
    Object blocker = LockSupport.getBlocker(waiter.thread());
    lock().unlock();
    waiter.join();
    assertThat(blocker).isNotNull();
    if (blocker != null) {
      assertThat(Subjects.of(blocker)).isSameAs(lock());
      assertThat(Names.of(blocker)).isEqualTo("orders");
    }
    assertThat(lock().toString()).endsWith("[orders, Unlocked]");
  }

  @Test
  void tryLockOfAHeldLockFailsAtOnce() {
    lock().lock();
    crew.start(
            () -> {
              assertThat(lock().tryLock()).isFalse();
              assertThat(lock().tryLock(0, MILLISECONDS)).isFalse();
              assertThat(lock().tryLock(Long.MIN_VALUE, MILLISECONDS)).isFalse();
              assertThat(lock().isHeldByCurrentThread()).isFalse();
            })
        .join();
    lock().unlock();
    assertFree();
  }

  @Test
  void timedTryLockIsNeverEarly() {
    lock().lock();
    for (long micros : new long[] {1, 100, 1_000, 25_000}) {
      crew.start(
              () -> {
                long start = System.nanoTime();
                assertThat(lock().tryLock(micros, MICROSECONDS)).isFalse();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
                assertThat(lock().isHeldByCurrentThread()).isFalse();
              })
          .join();
    }
    lock().unlock();
    assertFree();
  }

  private int count;

  @Test
  void lockExcludes() {
    lock();
    crew.start(
        4,
        () -> {
          for (int i = 0; i < 5_000; i++) {
            switch (i % 3) {
              case 0 -> lock().lock();
              case 1 -> lock().lockInterruptibly();
              default -> assertThat(lock().tryLock(1, HOURS)).isTrue();
            }
            count++;
            lock().unlock();
          }
        });
    crew.join();
    assertThat(count).isEqualTo(20_000);
    assertFree();
  }

  // ---- Interruption

  @Test
  void lockWaitsOnWhenInterruptedAndPreservesTheStatus() {
    lock().lock();
    Worker waiter =
        startWaiter(() -> {
          lockAndUnlock();
          assertThat(Thread.interrupted()).isTrue();
        });
    waiter.interrupt();
    assertThat(waiter.isDone()).isFalse();
    lock().unlock();
    waiter.join();
    assertFree();
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    List<ThrowingCallable> attempts =
        List.of(() -> lock().lockInterruptibly(), () -> lock().tryLock(1, HOURS));
    lock().lock();
    for (ThrowingCallable attempt : attempts) {
      Worker waiter =
          startWaiter(() -> {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(attempt);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(lock().isHeldByCurrentThread()).isFalse();
          });
      waiter.interrupt();
      waiter.join();
    }
    lock().unlock();
    assertFree();
  }

  @Test
  void interruptedThreadDoesNotGetAFreeLockInterruptibly() {
    lock();
    crew.start(
            () -> {
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(lock()::lockInterruptibly);
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> lock().tryLock(1, HOURS));
              Thread.currentThread().interrupt();
              assertThat(lock().tryLock()).isTrue();
              assertThat(Thread.interrupted()).isTrue();
              lock().unlock();
            })
        .join();
    assertFree();
  }
}
