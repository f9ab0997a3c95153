package io.pawl.shared;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Limit(60)
@Tag("kit")
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SharedMutexTest {
  private final Regions regions = new Regions();
  private final SharedRegion one = regions.open();
  private final SharedRegion other = regions.open();
  private final SharedMutex mutex = one.mutex("m");
  private final SharedMutex same = other.mutex("m");

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  @Test
  void mutexHeldThroughOneHandleIsHeldForTheOther() throws InterruptedException {
    mutex.lock();
    assertThat(same.tryLock()).isFalse();
    assertThat(same.tryLock(1, MILLISECONDS)).isFalse();
    mutex.unlock();
    assertThat(same.tryLock()).isTrue();
    same.unlock();
  }

  @Test
  void unlockByAnotherThreadIsRefused() {
    mutex.lock();
    Crew crew = new Crew(ThreadKind.PLATFORM);
    Worker _ =
        crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(mutex::unlock));
    crew.join();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(mutex::lock);
    mutex.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(mutex::unlock);
  }

  @ParameterizedTest
  @EnumSource
  void unlockWakesTheWaiterOfTheOtherHandle(ThreadKind kind) {
    mutex.lock();
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() -> {
          same.lock();
          same.unlock();
        });
    Await.until("somebody waits", this::isWaitedFor);
    assertThat(waiter.isDone()).isFalse();
    mutex.unlock();
    crew.join();
  }

  private boolean isWaitedFor() {
    return other.region().getLong(offset()) < 0
        || (other.region().getInt(offset()) & SharedWord.WAITERS) != 0;
  }

  private long offset() {
    return new Directory(other.region()).find(Kind.MUTEX, "m", 0);
  }

  @ParameterizedTest
  @EnumSource
  void interruptEndsTheWaitOfALeader(ThreadKind kind) {
    mutex.lock();
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(same::lockInterruptibly));
    Await.until("somebody waits", this::isWaitedFor);
    waiter.interrupt();
    crew.join();
    mutex.unlock();
    assertThat(same.tryLock()).isTrue();
    same.unlock();
  }

  @ParameterizedTest
  @EnumSource
  void interruptDoesNotEndLockAndIsKept(ThreadKind kind) {
    mutex.lock();
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() -> {
          same.lock();
          assertThat(Thread.interrupted()).isTrue();
          same.unlock();
        });
    Await.until("somebody waits", this::isWaitedFor);
    waiter.interrupt();
    mutex.unlock();
    crew.join();
  }

  @ParameterizedTest
  @EnumSource
  void nobodyLosesAnAddition(ThreadKind kind) {
    MemorySegment sum = one.data("sum", 8);
    MemorySegment sameSum = other.data("sum", 8);
    int rounds = 2_000;
    Crew crew = new Crew(kind);
    for (int i = 0; i < 4; i++) {
      SharedMutex m = i % 2 == 0 ? mutex : same;
      MemorySegment s = i % 2 == 0 ? sum : sameSum;
      Worker _ =
          crew.start(() -> {
            for (int n = 0; n < rounds; n++) {
              try (var _ = m.acquire()) {
                s.set(ValueLayout.JAVA_LONG, 0, s.get(ValueLayout.JAVA_LONG, 0) + 1);
              }
            }
          });
    }
    crew.join();
    assertThat(sum.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4L * rounds);
  }

  @Test
  void lockAfterTheDeathOfTheOwnerThrowsAndDoesNotHold() {
    same.lock();
    regions.kill(other);
    assertThatExceptionOfType(OwnerDiedException.class)
        .isThrownBy(mutex::lock)
        .withMessageContaining(Thread.currentThread().getName())
        .withMessageContaining("" + ProcessHandle.current().pid());
    assertThat(mutex.isHeldByCurrentThread()).isFalse();
    assertThat(mutex.owner()).isNull();
    assertThat(mutex.isPoisoned()).isTrue();
  }

  @Test
  void everyLockerIsToldUntilThePoisonIsCleared() throws InterruptedException {
    SharedRegion third = regions.open();
    same.lock();
    regions.kill(other);
    for (SharedMutex m : new SharedMutex[] {mutex, third.mutex("m"), mutex}) {
      assertThatExceptionOfType(OwnerDiedException.class)
          .isThrownBy(m::tryLock)
          .withMessageContaining("of process");
      assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(() -> m.tryLock(1, HOURS));
      assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(m::lockInterruptibly);
    }
    assertThat(mutex.lockForced()).isTrue();
    mutex.clearPoison();
    mutex.unlock();
    mutex.lock();
    mutex.unlock();
    assertThat(third.mutex("m").tryLock()).isTrue();
    third.mutex("m").unlock();
  }

  @Test
  void unlockWithoutClearingKeepsThePoison() {
    same.lock();
    regions.kill(other);
    assertThat(mutex.lockForced()).isTrue();
    mutex.unlock();
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock);
  }

  @ParameterizedTest
  @EnumSource
  void deathOfTheOwnerEndsTheWait(ThreadKind kind) {
    same.lock();
    Crew crew = new Crew(kind);
    Worker _ =
        crew.start(
            () -> assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock));
    Await.until("somebody waits", this::isWaitedFor);
    regions.kill(other);
    crew.join();
  }

  @Test
  void recoveryRunsUnderTheLockOnce() {
    SharedRegion third = regions.open();
    long pid = ProcessHandle.current().pid();
    AtomicReference<@Nullable LockOwner> told = new AtomicReference<>();
    SharedMutex repaired =
        third.mutex(
            "m",
            owner -> {
              assertThat(same.tryLock()).isFalse();
              told.set(owner);
            });
    mutex.lock();
    regions.kill(one);
    repaired.lock();
    assertThat(told.get()).isNotNull().extracting(LockOwner::pid).isEqualTo(pid);
    assertThat(repaired.isPoisoned()).isFalse();
    repaired.unlock();
    same.lock();
    same.unlock();
  }

  @Test
  void recoveryThatFailsLeavesThePoison() {
    SharedRegion third = regions.open();
    SharedMutex repaired =
        third.mutex(
            "m",
            _ -> {
              throw new IllegalArgumentException("for the test");
            });
    mutex.lock();
    regions.kill(one);
    assertThatExceptionOfType(OwnerDiedException.class)
        .isThrownBy(repaired::lock)
        .withCauseInstanceOf(IllegalArgumentException.class);
    assertThat(repaired.isHeldByCurrentThread()).isFalse();
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(same::lock);
  }

  @Test
  void threadThatEndsKeepsTheLockAndIsNamed() throws InterruptedException {
    Thread thread = Thread.ofPlatform().name("gone").start(mutex::lock);
    thread.join();
    assertThat(same.tryLock()).isFalse();
    assertThat(same.owner())
        .isNotNull()
        .matches(LockOwner::alive)
        .extracting(LockOwner::thread)
        .isEqualTo("gone");
    assertThat(same.toString()).contains("gone");
  }

  @Test
  void slotThatIsTakenAnewDoesNotReviveItsOwner() {
    same.lock();
    int slot = other.region().slot;
    regions.kill(other);
    SharedRegion next = regions.open();
    assertThat(next.region().slot).isEqualTo(slot);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(next.mutex("m")::lock);
  }

  @Test
  void regionIsNotClosedWhileItsMutexIsHeld() {
    mutex.lock();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(one::close)
        .withMessageContaining("SharedMutex[m");
    mutex.unlock();
    one.close();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(mutex::lock);
    same.lock();
    same.unlock();
  }
}
