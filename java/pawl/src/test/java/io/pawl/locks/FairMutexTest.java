package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a FairMutex has beside the methods of a lock: the order, and what a hold is. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // nobody comes in between
})
class FairMutexTest extends Kit {

  private final FairMutex mutex = new FairMutex();

  /** Who had the mutex, in order; guarded by it. */
  private final List<Integer> order = new ArrayList<>();

  FairMutexTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    int before = mutex.getQueueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(mutex.getQueueLength()).isEqualTo(before + 1);
    return worker;
  }

  private Worker startInLine(int number) {
    return startWaiter(() -> {
      mutex.lock();
      order.add(number);
      mutex.unlock();
    });
  }

  private void assertFree() {
    assertThat(mutex.isLocked()).isFalse();
    assertThat(mutex.hasQueuedThreads()).isFalse();
    assertThat(mutex.getQueueLength()).isZero();
    assertThat(mutex.tryLock()).isTrue();
    mutex.unlock();
  }

  // ---- Order

  @Test
  void releaserThatLocksAgainComesLast() {
    for (int round = 0; round < 50; round++) {
      order.clear();
      mutex.lock();
      for (int i = 0; i < 4; i++) {
        Worker _ = startInLine(i);
      }
      mutex.unlock();
      mutex.lock();
      assertThat(order).containsExactly(0, 1, 2, 3);
      mutex.unlock();
      crew.join();
    }
    assertFree();
  }

  @Test
  void tryLockOvertakesNobody() {
    for (int round = 0; round < 50; round++) {
      order.clear();
      mutex.lock();
      Worker _ = startInLine(0);
      Worker _ = startInLine(1);
      mutex.unlock();
      Await.until("a free mutex", mutex::tryLock);
      assertThat(order).containsExactly(0, 1);
      mutex.unlock();
      crew.join();
    }
    assertFree();
  }

  @Test
  void threadsThatGiveUpAnywhereKeepTheOrderOfTheOthers() {
    mutex.lock();
    List<Integer> expected = new ArrayList<>();
    List<Worker> leavers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      if (i % 4 == 2) {
        Worker _ = startInLine(i);
        expected.add(i);
      } else {
        leavers.add(
            startWaiter(() ->
                assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> mutex.tryLock(1, HOURS))));
      }
    }
    leavers.forEach(Worker::interrupt);
    leavers.forEach(Worker::join);
    assertThat(mutex.getQueueLength()).isEqualTo(expected.size());
    mutex.unlock();
    crew.join();
    assertThat(order).isEqualTo(expected);
    assertFree();
  }

  @Test
  void threadThatHasGivenUpComesLastWhenItTriesAgain() {
    mutex.lock();
    CountDownLatch gaveUp = new CountDownLatch(1);
    Worker twice =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(mutex::lockInterruptibly);
          gaveUp.countDown();
          mutex.lock();
          order.add(2);
          mutex.unlock();
        });
    Worker _ = startInLine(1);
    twice.interrupt();
    Await.until("the interrupt", () -> gaveUp.getCount() == 0);
    Await.until("both in the queue", () -> mutex.getQueueLength() == 2);
    mutex.unlock();
    crew.join();
    assertThat(order).containsExactly(1, 2);
    assertFree();
  }

  @Test
  void timedAttemptsOfAHeldMutexLeaveNothingBehind() {
    mutex.lock();
    crew.start(
        3,
        () -> {
          for (int i = 0; i < 20; i++) {
            assertThat(mutex.tryLock(1, MILLISECONDS)).isFalse();
          }
        });
    crew.join();
    assertThat(mutex.hasQueuedThreads()).isFalse();
    mutex.unlock();
    assertFree();
  }

  @Test
  void signalledThreadQueuesBehindThoseThatCameBefore() {
    Condvar condition = mutex.newCondition();
    Worker _ =
        crew.start(() -> {
          mutex.lock();
          condition.awaitUninterruptibly();
          order.add(2);
          mutex.unlock();
        });
    lockWhenAwaited(condition);
    Worker _ = startInLine(1);
    condition.signal();
    Worker _ = startInLine(3);
    mutex.unlock();
    crew.join();
    assertThat(order).containsExactly(1, 2, 3);
    assertFree();
  }

  private void lockWhenAwaited(Condvar condition) {
    mutex.lock();
    while (!condition.hasWaiters()) {
      mutex.unlock();
      Thread.onSpinWait();
      mutex.lock();
    }
  }

  // ---- Held

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closingAHoldUnlocksOnce() {
    FairMutex.Held held = mutex.acquire();
    assertThat(mutex.isHeldByCurrentThread()).isTrue();
    held.close();
    assertThat(mutex.isLocked()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close);
    assertFree();
  }

  @Test
  void holdCannotBeClosedByAnotherThread() {
    try (FairMutex.Held held = mutex.acquire()) {
      crew.start(() ->
              assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close))
          .join();
      assertThat(mutex.isHeldByCurrentThread()).isTrue();
    }
    assertFree();
  }

  // ---- Inspection

  @Test
  void descriptionShowsTheHolder() {
    assertThat(mutex.toString()).endsWith("[Unlocked]");
    mutex.lock();
    assertThat(mutex.toString())
        .endsWith("[Locked by thread " + Thread.currentThread().getName() + "]");
    mutex.unlock();
  }

  @Test
  void deserializedMutexIsUnlocked() throws Exception {
    mutex.lock();
    Worker waiter = startInLine(0);
    FairMutex copy = Serialized.copy(mutex);
    Condvar condition = Serialized.copy(mutex.newCondition());
    mutex.unlock();
    waiter.join();
    assertThat(copy.isLocked()).isFalse();
    copy.lock();
    assertThat(copy.newCondition().hasWaiters()).isFalse();
    copy.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::signal);
  }
}
