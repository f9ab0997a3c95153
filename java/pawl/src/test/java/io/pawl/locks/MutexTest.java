package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Mutex has beside the methods of a lock. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class MutexTest extends Kit {

  private final Mutex mutex = new Mutex("orders");

  MutexTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void lockAndUnlock() {
    mutex.lock();
    mutex.unlock();
  }

  // ---- Held

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closingAHoldUnlocksOnce() {
    Mutex.Held held = mutex.acquire();
    assertThat(mutex.isHeldByCurrentThread()).isTrue();
    held.close();
    assertThat(mutex.isLocked()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(held::close);
    assertThat(mutex.isLocked()).isFalse();
  }

  @Test
  void holdCannotBeClosedByAnotherThread() {
    try (Mutex.Held held = mutex.acquire()) {
      Worker other =
          crew.start(() ->
              assertThatExceptionOfType(IllegalMonitorStateException.class)
                  .isThrownBy(held::close));
      other.join();
      assertThat(mutex.isHeldByCurrentThread()).isTrue();
    }
    assertThat(mutex.isLocked()).isFalse();
  }

  @Test
  void acquireWaitsAndRefusesTheHolder() {
    try (Mutex.Held _ = mutex.acquire()) {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(mutex::acquire);
      Worker _ =
          startWaiter(() -> {
            try (Mutex.Held _ = mutex.acquire()) {
              assertThat(mutex.isHeldByCurrentThread()).isTrue();
            }
          });
    }
    crew.join();
    assertThat(mutex.isLocked()).isFalse();
  }

  // ---- Inspection

  @Test
  void descriptionShowsNameAndHolder() {
    assertThat(mutex.toString()).endsWith("[orders, Unlocked]");
    assertThat(new Mutex().toString()).endsWith("[Unlocked]");
    mutex.lock();
    String owner = Thread.currentThread().getName();
    assertThat(mutex.toString()).endsWith("[orders, Locked by thread " + owner + "]");
    mutex.unlock();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nameIsNotNull() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> new Mutex(null));
  }

  @Test
  void queuedThreadsAreCounted() {
    assertThat(mutex.hasQueuedThreads()).isFalse();
    mutex.lock();
    assertThat(mutex.hasQueuedThreads()).isFalse();
    for (int i = 1; i <= 3; i++) {
      Worker _ = startWaiter(this::lockAndUnlock);
      assertThat(mutex.getQueueLength()).isEqualTo(i);
      assertThat(mutex.hasQueuedThreads()).isTrue();
    }
    mutex.unlock();
    crew.join();
    assertThat(mutex.getQueueLength()).isZero();
    assertThat(mutex.hasQueuedThreads()).isFalse();
  }

  @Test
  void threadThatWaitsKeepsItsOwnName() {
    mutex.lock();
    Worker waiter = startWaiter(this::lockAndUnlock);
    String before = waiter.thread().getName();
    assertThat(before).doesNotContain("orders");
    mutex.unlock();
    waiter.join();
    assertThat(waiter.thread().getName()).isEqualTo(before);
  }

  @Test
  void deserializedMutexIsUnlockedAndKeepsItsName() throws Exception {
    mutex.lock();
    Worker waiter = startWaiter(this::lockAndUnlock);
    Mutex copy = Serialized.copy(mutex);
    mutex.unlock();
    waiter.join();
    assertThat(copy.toString()).endsWith("[orders, Unlocked]");
    copy.lock();
    assertThat(copy.newCondition().hasWaiters()).isFalse();
    copy.unlock();
  }
}
