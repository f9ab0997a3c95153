package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a condition of an exclusive lock promises. */
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "JavaUtilDate", // as Condition has it
  "WaitNotInLoop" // a wait that returns spuriously fails the test
})
abstract class ConditionContract extends Kit {

  private final Exclusive exclusive;
  private final Lock lock;
  private final Condvar condition;

  ConditionContract(ThreadKind kind, Exclusive exclusive) {
    super(kind);
    this.exclusive = exclusive;
    this.lock = exclusive.lock();
    this.condition = (Condvar) lock.newCondition();
  }

  private boolean isHeld() {
    return exclusive.isHeldByCurrentThread().getAsBoolean();
  }

  private int waiting() {
    lock.lock();
    try {
      return condition.getWaitQueueLength();
    } finally {
      lock.unlock();
    }
  }

  /** Starts a thread that locks, runs the task and unlocks; waits until it waits. */
  private Worker startWaiter(Worker.Task task) {
    int before = waiting();
    Worker worker = crew.start(() -> locked(task));
    Await.until("a waiter", () -> waiting() > before);
    return worker;
  }

  private void locked(Worker.Task task) throws Exception {
    lock.lock();
    try {
      task.run();
      assertThat(isHeld()).isTrue();
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    condition.signal();
    lock.unlock();
  }

  private void signalAll() {
    lock.lock();
    condition.signalAll();
    lock.unlock();
  }

  private void assertIdle() {
    assertThat(waiting()).isZero();
    Await.until("an empty queue", () -> exclusive.queued().getAsInt() == 0);
    assertThat(exclusive.isLocked().getAsBoolean()).isFalse();
  }

  // ---- Mistakes

  @Test
  void everyMethodDemandsTheLock() {
    Date date = new Date();
    List<ThrowingCallable> methods =
        List.of(
            condition::await,
            condition::awaitUninterruptibly,
            () -> condition.awaitNanos(1),
            () -> condition.await(1, NANOSECONDS),
            () -> condition.awaitUntil(date),
            () -> condition.awaitUntil(() -> true),
            () -> condition.awaitUntil(() -> true, 1, NANOSECONDS),
            condition::signal,
            condition::signalAll,
            condition::hasWaiters,
            condition::getWaitQueueLength);
    for (ThrowingCallable method : methods) {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(method);
    }
    lock.lock();
    Worker other =
        crew.start(() -> {
          for (ThrowingCallable method : methods) {
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(method);
          }
        });
    other.join();
    lock.unlock();
    assertIdle();
  }

  @Test
  @SuppressWarnings("NullAway") // the nulls are the point
  void nullsThrowAndKeepTheLock() {
    lock.lock();
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> condition.await(1, null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> condition.awaitUntil((Date) null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> condition.awaitUntil(() -> true, 1, null));
    assertThat(isHeld()).isTrue();
    lock.unlock();
  }

  // ---- Signals

  @Test
  void everyWaitEndsWithASignalAndHoldsTheLock() {
    Date later = new Date(System.currentTimeMillis() + 3_600_000);
    List<Worker.Task> waits =
        List.of(
            condition::await,
            condition::awaitUninterruptibly,
            () -> assertThat(condition.awaitNanos(Long.MAX_VALUE)).isPositive(),
            () -> assertThat(condition.await(5, SECONDS)).isTrue(),
            () -> assertThat(condition.await(Long.MAX_VALUE, HOURS)).isTrue(),
            () -> assertThat(condition.awaitUntil(later)).isTrue(),
            () -> assertThat(condition.awaitUntil(new Date(Long.MAX_VALUE))).isTrue());
    for (Worker.Task wait : waits) {
      Worker waiter = startWaiter(wait);
      signal();
      waiter.join();
    }
    for (Worker.Task wait : waits) {
      Worker _ = startWaiter(wait);
    }
    signalAll();
    crew.join();
    assertIdle();
  }

  @Test
  void waitReleasesTheLock() {
    Worker waiter = startWaiter(condition::await);
    assertThat(lock.tryLock()).isTrue();
    assertThat(condition.hasWaiters()).isTrue();
    assertThat(condition.getWaitQueueLength()).isEqualTo(1);
    condition.signal();
    assertThat(condition.hasWaiters()).isFalse();
    lock.unlock();
    waiter.join();
  }

  @Test
  void signalWithNobodyWaitingIsNotRemembered() throws InterruptedException {
    lock.lock();
    condition.signal();
    condition.signalAll();
    assertThat(condition.await(1, MILLISECONDS)).isFalse();
    lock.unlock();
    assertIdle();
  }

  @Test
  void signalsReachWaitersInOrder() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int index = i;
      Worker _ =
          startWaiter(() -> {
            condition.awaitUninterruptibly();
            order.add(index);
          });
    }
    for (int i = 0; i < 3; i++) {
      int woken = i + 1;
      signal();
      Await.until("one more woken", () -> sizeOf(order) == woken);
      assertThat(waiting()).isEqualTo(8 - woken);
    }
    signalAll();
    crew.join();
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private int sizeOf(List<Integer> list) {
    lock.lock();
    try {
      return list.size();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void signalledThreadsQueueForTheLockAndWaitUntilItIsReleased() {
    List<Worker> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiters.add(startWaiter(condition::await));
    }
    lock.lock();
    condition.signal();
    condition.signalAll();
    assertThat(condition.hasWaiters()).isFalse();
    assertThat(exclusive.queued().getAsInt()).isEqualTo(5);
    assertThat(waiters).noneMatch(Worker::isDone);
    lock.unlock();
    crew.join();
    assertIdle();
  }

  @Test
  void manyRequeuedWaitersAllComeBack() {
    AtomicInteger back = new AtomicInteger();
    crew.start(
        200,
        () ->
            locked(() -> {
              condition.awaitUninterruptibly();
              back.incrementAndGet();
            }));
    Await.until("all wait", () -> waiting() == 200);
    signalAll();
    crew.join();
    assertThat(back).hasValue(200);
    assertIdle();
  }

  @Test
  void conditionsOfOneLockAreIndependent() {
    Condition other = lock.newCondition();
    Worker waiter = startWaiter(condition::await);
    lock.lock();
    other.signalAll();
    assertThat(condition.getWaitQueueLength()).isEqualTo(1);
    condition.signal();
    lock.unlock();
    waiter.join();
  }

  // ---- Timeouts

  @Test
  void waitsThatTimeOutAreNeverEarlyAndHoldTheLock() throws InterruptedException {
    lock.lock();
    long start = System.nanoTime();
    assertThat(condition.awaitNanos(2_000_000)).isLessThanOrEqualTo(0);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_000_000);
    start = System.nanoTime();
    assertThat(condition.await(3, MILLISECONDS)).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
    Date date = new Date(System.currentTimeMillis() + 5);
    assertThat(condition.awaitUntil(date)).isFalse();
    assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(date.getTime());
    assertThat(isHeld()).isTrue();
    lock.unlock();
    assertIdle();
  }

  @Test
  void timesThatHavePassedDoNotWait() throws InterruptedException {
    lock.lock();
    assertThat(condition.awaitNanos(0)).isLessThanOrEqualTo(0);
    assertThat(condition.awaitNanos(-5)).isLessThanOrEqualTo(-5);
    assertThat(condition.awaitNanos(Long.MIN_VALUE)).isNegative();
    assertThat(condition.await(0, SECONDS)).isFalse();
    assertThat(condition.await(Long.MIN_VALUE, SECONDS)).isFalse();
    assertThat(condition.awaitUntil(new Date(0))).isFalse();
    assertThat(condition.awaitUntil(new Date(Long.MIN_VALUE))).isFalse();
    assertThat(isHeld()).isTrue();
    lock.unlock();
    assertIdle();
  }

  @Test
  void awaitNanosReturnsWhatRemains() {
    Worker waiter =
        startWaiter(() -> {
          long limit = HOURS.toNanos(1);
          long start = System.nanoTime();
          long remaining = condition.awaitNanos(limit);
          long elapsed = System.nanoTime() - start;
          assertThat(remaining).isLessThan(limit).isGreaterThanOrEqualTo(limit - elapsed);
        });
    signal();
    waiter.join();
  }

  @Test
  void timeoutAfterASignalCountsAsSignalled() {
    Worker waiter = startWaiter(() -> assertThat(condition.await(100, MILLISECONDS)).isTrue());
    lock.lock();
    boolean inTime = condition.hasWaiters();
    condition.signal();
    long signalled = System.nanoTime();
    Await.until("the timeout", () -> System.nanoTime() - signalled > MILLISECONDS.toNanos(150));
    lock.unlock();
    if (inTime) {
      waiter.join();
    }
  }

  @Test
  void timedOutWaiterTakesNoSignal() {
    Worker timed = crew.start(() -> locked(() -> condition.await(1, MILLISECONDS)));
    timed.join();
    Worker waiter = startWaiter(condition::await);
    signal();
    waiter.join();
    assertIdle();
  }

  @Test
  void waiterThatHasTimedOutLeavesTheSignalToTheNext() {
    Worker timed = startWaiter(() -> assertThat(condition.await(200, MILLISECONDS)).isFalse());
    Worker next = startWaiter(condition::await);
    lock.lock();
    Await.until("the first gives up", () -> condition.getWaitQueueLength() == 1);
    condition.signal();
    lock.unlock();
    timed.join();
    next.join();
    assertIdle();
  }

  // ---- Interruption

  @Test
  void interruptBeforeTheWaitThrowsAndKeepsTheLock() throws Exception {
    List<ThrowingCallable> waits =
        List.of(
            condition::await,
            () -> condition.awaitNanos(1),
            () -> condition.await(1, HOURS),
            () -> condition.awaitUntil(new Date(Long.MAX_VALUE)),
            () -> condition.awaitUntil(() -> false),
            () -> condition.awaitUntil(() -> false, 1, HOURS));
    Worker worker =
        crew.start(() ->
            locked(() -> {
              for (ThrowingCallable wait : waits) {
                Thread.currentThread().interrupt();
                assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThat(isHeld()).isTrue();
              }
            }));
    worker.join();
    assertIdle();
  }

  @Test
  void interruptOfAWaiterThrowsWithTheLockHeldAgain() {
    List<ThrowingCallable> waits =
        List.of(
            condition::await,
            () -> condition.awaitNanos(Long.MAX_VALUE),
            () -> condition.await(1, HOURS),
            () -> condition.awaitUntil(new Date(Long.MAX_VALUE)),
            () -> condition.awaitUntil(() -> false),
            () -> condition.awaitUntil(() -> false, 1, HOURS));
    for (ThrowingCallable wait : waits) {
      Worker waiter =
          startWaiter(() -> {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(isHeld()).isTrue();
          });
      waiter.interrupt();
      waiter.join();
      assertIdle();
    }
  }

  @Test
  void interruptedWaiterTakesTheLockBeforeItThrows() {
    Worker waiter =
        startWaiter(() ->
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(condition::await));
    lock.lock();
    waiter.interrupt();
    Await.until("it waits for the lock", () -> exclusive.queued().getAsInt() == 1);
    assertThat(waiter.isDone()).isFalse();
    assertThat(condition.hasWaiters()).isFalse();
    lock.unlock();
    waiter.join();
  }

  @Test
  void interruptAfterASignalIsKeptForLater() {
    Worker waiter =
        startWaiter(() -> {
          condition.await();
          assertThat(Thread.interrupted()).isTrue();
        });
    lock.lock();
    condition.signal();
    waiter.interrupt();
    lock.unlock();
    waiter.join();
    assertIdle();
  }

  @Test
  void signalAfterAnInterruptGoesToTheNext() {
    Worker interrupted =
        startWaiter(() ->
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(condition::await));
    Worker next = startWaiter(condition::await);
    lock.lock();
    interrupted.interrupt();
    Await.until("it gives up", () -> condition.getWaitQueueLength() == 1);
    condition.signal();
    lock.unlock();
    interrupted.join();
    next.join();
    assertIdle();
  }

  @Test
  void uninterruptibleWaitPreservesTheStatus() {
    Worker before =
        startWaiter(() -> {
          Thread.currentThread().interrupt();
          condition.awaitUninterruptibly();
          assertThat(Thread.interrupted()).isTrue();
        });
    Worker during =
        startWaiter(() -> {
          condition.awaitUninterruptibly();
          assertThat(Thread.interrupted()).isTrue();
        });
    during.interrupt();
    assertThat(waiting()).isEqualTo(2);
    signalAll();
    before.join();
    during.join();
    assertIdle();
  }

  // ---- With a predicate

  @Test
  void predicateThatHoldsDoesNotWaitNorHeedInterrupts() {
    Worker worker =
        crew.start(() ->
            locked(() -> {
              Thread.currentThread().interrupt();
              condition.awaitUntil(() -> true);
              assertThat(condition.awaitUntil(() -> true, 1, HOURS)).isTrue();
              assertThat(condition.awaitUntil(() -> true, -1, HOURS)).isTrue();
              assertThat(Thread.interrupted()).isTrue();
            }));
    worker.join();
  }

  @Test
  void predicateIsTestedWithTheLockHeldAfterEachSignal() {
    AtomicInteger tests = new AtomicInteger();
    AtomicBoolean go = new AtomicBoolean();
    Worker waiter =
        startWaiter(() ->
            condition.awaitUntil(() -> {
              assertThat(isHeld()).isTrue();
              tests.incrementAndGet();
              return go.get();
            }));
    for (int i = 1; i <= 3; i++) {
      assertThat(tests).hasValue(i);
      int expected = i + 1;
      signal();
      Await.until("another test", () -> tests.get() == expected && waiting() == 1);
    }
    go.set(true);
    signal();
    waiter.join();
    assertThat(tests).hasValue(5);
  }

  @Test
  void timedPredicateIsTestedOnceMoreAtTheEnd() throws InterruptedException {
    AtomicInteger tests = new AtomicInteger();
    lock.lock();
    assertThat(condition.awaitUntil(() -> tests.incrementAndGet() == 2, 1, MILLISECONDS)).isTrue();
    assertThat(tests).hasValue(2);
    assertThat(condition.awaitUntil(() -> false, 1, MILLISECONDS)).isFalse();
    assertThat(condition.awaitUntil(() -> false, 0, MILLISECONDS)).isFalse();
    assertThat(condition.awaitUntil(() -> false, Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
    assertThat(isHeld()).isTrue();
    lock.unlock();
    assertIdle();
  }

  @Test
  void whatThePredicateThrowsIsPassedOnWithTheLockHeld() {
    lock.lock();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> condition.awaitUntil(ConditionContract::failing));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> condition.awaitUntil(ConditionContract::failing, 1, HOURS));
    assertThat(isHeld()).isTrue();
    lock.unlock();
    assertIdle();
  }

  private static boolean failing() {
    throw new IllegalStateException("thrown by the predicate");
  }
}
