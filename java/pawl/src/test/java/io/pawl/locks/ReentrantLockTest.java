package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a ReentrantLock has beside the methods of a lock: reentrancy, fairness and inspection. */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // a wait that returns spuriously fails the test
})
class ReentrantLockTest extends Kit {

  /** Shows what is protected. */
  @SuppressWarnings("serial") // is not serialized
  private static final class OpenLock extends ReentrantLock {
    OpenLock(boolean fair) {
      super(fair);
    }

    @Override
    public @Nullable Thread getOwner() {
      return super.getOwner();
    }

    List<Thread> queued() {
      return List.copyOf(getQueuedThreads());
    }

    List<Thread> waiting(Condition condition) {
      return List.copyOf(getWaitingThreads(condition));
    }
  }

  private final boolean fair;
  private final OpenLock lock;
  private final Condition condition;

  ReentrantLockTest(ThreadKind kind, boolean fair) {
    super(kind);
    this.fair = fair;
    this.lock = new OpenLock(fair);
    this.condition = lock.newCondition();
  }

  private Worker startWaiter(Worker.Task task) {
    int before = lock.getQueueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(lock.getQueueLength()).isEqualTo(before + 1);
    return worker;
  }

  private Worker startAwaiter(Worker.Task task) {
    int before = waiting();
    Worker worker =
        crew.start(() -> {
          lock.lock();
          try {
            task.run();
          } finally {
            lock.unlock();
          }
        });
    Await.until("a thread waits for the condition", () -> waiting() > before);
    return worker;
  }

  private int waiting() {
    lock.lock();
    try {
      return lock.getWaitQueueLength(condition);
    } finally {
      lock.unlock();
    }
  }

  private void lockAndUnlock() {
    lock.lock();
    lock.unlock();
  }

  // ---- Reentrancy

  @Test
  void everyWayOfLockingCountsAHold() throws InterruptedException {
    assertThat(lock.getHoldCount()).isZero();
    lock.lock();
    lock.lockInterruptibly();
    assertThat(lock.tryLock()).isTrue();
    assertThat(lock.tryLock(1, HOURS)).isTrue();
    assertThat(lock.tryLock(0, NANOSECONDS)).isTrue();
    assertThat(lock.tryLock(-1, NANOSECONDS)).isTrue();
    for (int holds = 6; holds > 0; holds--) {
      assertThat(lock.getHoldCount()).isEqualTo(holds);
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      lock.unlock();
    }
    assertThat(lock.getHoldCount()).isZero();
    assertThat(lock.isLocked()).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
  }

  @Test
  void holdsOfOtherThreadsAreNotCounted() {
    lock.lock();
    Worker other = crew.start(() -> assertThat(lock.getHoldCount()).isZero());
    other.join();
    lock.unlock();
  }

  @Test
  void onlyTheLastUnlockLetsAWaiterIn() {
    lock.lock();
    lock.lock();
    Worker waiter =
        startWaiter(() -> {
          lock.lock();
          assertThat(lock.getHoldCount()).isOne();
          lock.unlock();
        });
    lock.unlock();
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    assertThat(waiter.isDone()).isFalse();
    assertThat(lock.getQueueLength()).isOne();
    lock.unlock();
    waiter.join();
  }

  @Test
  void holderEntersAgainPastThoseWhoWait() throws InterruptedException {
    lock.lock();
    Worker waiter = startWaiter(this::lockAndUnlock);
    lock.lock();
    assertThat(lock.tryLock()).isTrue();
    assertThat(lock.tryLock(1, HOURS)).isTrue();
    assertThat(lock.tryLock(0, NANOSECONDS)).isTrue();
    lock.lockInterruptibly();
    for (int i = 0; i < 6; i++) {
      assertThat(waiter.isDone()).isFalse();
      lock.unlock();
    }
    waiter.join();
  }

  @Test
  void interruptedHolderDoesNotEnterAgainInterruptibly() {
    Worker worker =
        crew.start(() -> {
          lock.lock();
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::lockInterruptibly);
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> lock.tryLock(1, HOURS));
          assertThat(lock.getHoldCount()).isOne();
          lock.unlock();
        });
    worker.join();
  }

  @Test
  void waitForAConditionRestoresTheHoldCount() throws InterruptedException {
    for (int holds : new int[] {1, 2, 7}) {
      Worker waiter =
          startAwaiter(() -> {
            for (int i = 1; i < holds; i++) {
              lock.lock();
            }
            condition.await();
            assertThat(lock.getHoldCount()).isEqualTo(holds);
            for (int i = 1; i < holds; i++) {
              lock.unlock();
            }
          });
      lock.lock();
      assertThat(lock.getHoldCount()).isOne();
      condition.signal();
      lock.unlock();
      waiter.join();
    }
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void waitThatTimesOutOrIsInterruptedRestoresTheHoldCount() {
    Worker timed =
        crew.start(() -> {
          lock.lock();
          lock.lock();
          lock.lock();
          assertThat(condition.awaitNanos(1_000)).isNotPositive();
          assertThat(lock.getHoldCount()).isEqualTo(3);
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(condition::await);
          assertThat(lock.getHoldCount()).isEqualTo(3);
          lock.unlock();
          lock.unlock();
          lock.unlock();
        });
    timed.join();
    Worker interrupted =
        startAwaiter(() -> {
          lock.lock();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(condition::await);
          assertThat(lock.getHoldCount()).isEqualTo(2);
          lock.unlock();
        });
    interrupted.interrupt();
    interrupted.join();
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void oneHoldTooManyIsAnErrorAndChangesNothing() {
    lock.lock();
    lock.state = Integer.MAX_VALUE;
    assertThatExceptionOfType(Error.class).isThrownBy(lock::lock);
    assertThatExceptionOfType(Error.class).isThrownBy(lock::tryLock);
    assertThatExceptionOfType(Error.class).isThrownBy(lock::lockInterruptibly);
    assertThatExceptionOfType(Error.class).isThrownBy(() -> lock.tryLock(1, HOURS));
    assertThat(lock.getHoldCount()).isEqualTo(Integer.MAX_VALUE);
    lock.unlock();
    assertThat(lock.getHoldCount()).isEqualTo(Integer.MAX_VALUE - 1);
    lock.state = 1;
    lock.unlock();
  }

  // ---- Fairness

  @Test
  void fairnessIsAsConstructed() {
    assertThat(lock.isFair()).isEqualTo(fair);
    assertThat(new ReentrantLock().isFair()).isFalse();
  }

  @Test
  void tryLockTakesAFreeLockAlways() {
    AtomicBoolean stop = new AtomicBoolean();
    lock.lock();
    crew.start(
        2,
        () -> {
          while (!stop.get()) {
            lockAndUnlock();
          }
        });
    lock.unlock();
    // While two threads hand the lock to and fro there is nearly always one that waits.
    for (int successes = 0; successes < 20; ) {
      if (lock.tryLock()) {
        successes++;
        lock.unlock();
      }
      Thread.onSpinWait();
    }
    stop.set(true);
    crew.join();
  }

  /** Each turn ends when all others have come to wait, so a fair lock goes round. */
  @Test
  void threadsThatKeepComingAreServedInTurn() {
    Assumptions.assumeTrue(fair);
    int parties = 3;
    int rounds = 100;
    AtomicInteger done = new AtomicInteger();
    List<Integer> turns = new ArrayList<>();
    lock.lock();
    for (int i = 0; i < parties; i++) {
      int self = i;
      Worker _ =
          startWaiter(() -> {
            for (int round = 0; round < rounds; round++) {
              lock.lock();
              turns.add(self);
              Await.until(
                  "all others queue", () -> lock.getQueueLength() == parties - 1 || done.get() > 0);
              if (round == rounds - 1) {
                done.getAndIncrement();
              }
              lock.unlock();
            }
          });
    }
    lock.unlock();
    crew.join();
    assertThat(turns).hasSize(parties * rounds);
    for (int turn = 0; turn < turns.size(); turn++) {
      assertThat(turns.get(turn)).isEqualTo(turn % parties);
    }
  }

  // ---- Inspection

  @Test
  void ownerIsTheHolder() {
    assertThat(lock.getOwner()).isNull();
    lock.lock();
    assertThat(lock.getOwner()).isSameAs(Thread.currentThread());
    Worker other =
        crew.start(() -> assertThat(lock.getOwner()).isNotSameAs(Thread.currentThread()));
    other.join();
    lock.unlock();
    assertThat(lock.getOwner()).isNull();
  }

  @Test
  void queuedThreadsAreThoseThatWaitInOrder() {
    assertThat(lock.queued()).isEmpty();
    assertThat(lock.hasQueuedThread(Thread.currentThread())).isFalse();
    lock.lock();
    List<Thread> expected = new ArrayList<>();
    List<Worker> waiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Worker waiter =
          startWaiter(() -> {
            try {
              lock.lockInterruptibly();
              lock.unlock();
            } catch (InterruptedException _) {
              // One is interrupted.
            }
          });
      waiters.add(waiter);
      expected.add(waiter.thread());
      assertThat(lock.hasQueuedThread(waiter.thread())).isTrue();
      assertThat(lock.hasQueuedThreads()).isTrue();
      assertThat(lock.queued()).isEqualTo(expected);
    }
    waiters.get(1).interrupt();
    waiters.get(1).join();
    expected.remove(1);
    assertThat(lock.queued()).isEqualTo(expected);
    assertThat(lock.hasQueuedThread(waiters.get(1).thread())).isFalse();
    assertThat(lock.hasQueuedThread(Thread.currentThread())).isFalse();
    lock.unlock();
    crew.join();
    assertThat(lock.queued()).isEmpty();
    assertThat(lock.hasQueuedThreads()).isFalse();
    assertThat(lock.getQueueLength()).isZero();
  }

  @Test
  void waitingThreadsAreThoseOfTheConditionInOrder() {
    Condition other = lock.newCondition();
    List<Thread> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add(startAwaiter(condition::await).thread());
    }
    lock.lock();
    assertThat(lock.waiting(condition)).isEqualTo(expected);
    assertThat(lock.hasWaiters(condition)).isTrue();
    assertThat(lock.getWaitQueueLength(condition)).isEqualTo(3);
    assertThat(lock.hasWaiters(other)).isFalse();
    assertThat(lock.waiting(other)).isEmpty();
    condition.signal();
    assertThat(lock.waiting(condition)).isEqualTo(expected.subList(1, 3));
    assertThat(lock.queued()).containsExactly(expected.getFirst());
    condition.signalAll();
    assertThat(lock.hasWaiters(condition)).isFalse();
    assertThat(lock.queued()).isEqualTo(expected);
    lock.unlock();
    crew.join();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void inspectionRefusesForeignConditionsNullAndThreadsWithoutTheLock() {
    Condition foreign = new ReentrantLock().newCondition();
    java.util.concurrent.locks.Condition jdk =
        new java.util.concurrent.locks.ReentrantLock().newCondition();
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.hasWaiters(condition));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.getWaitQueueLength(condition));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.waiting(condition));
    lock.lock();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.hasWaiters(foreign));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.getWaitQueueLength(jdk));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.waiting(foreign));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lock.hasWaiters(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> lock.hasQueuedThread(null));
    lock.unlock();
  }

  @Test
  void descriptionIsThatOfTheJdk() {
    assertThat(lock.toString()).matches(".*OpenLock@[0-9a-f]+\\[Unlocked\\]");
    lock.lock();
    assertThat(lock.toString())
        .endsWith("[Locked by thread " + Thread.currentThread().getName() + "]");
    lock.unlock();
  }

  @Test
  void deserializedConditionBelongsToTheDeserializedLock() throws Exception {
    record Both(Lock lock, Condition condition) implements Serializable {}
    for (Lock original :
        List.of(
            new ReentrantLock(fair),
            new Mutex(),
            new RwLock().writeLock(),
            new ReentrantReadWriteLock(fair).writeLock())) {
      Both copy = Serialized.copy(new Both(original, original.newCondition()));
      assertThatExceptionOfType(IllegalMonitorStateException.class)
          .isThrownBy(() -> copy.condition.awaitNanos(1));
      copy.lock.lock();
      assertThat(copy.condition.awaitNanos(1)).isNotPositive();
      copy.condition.signal();
      copy.lock.unlock();
    }
  }

  @Test
  void deserializedLockIsFreeAndAsFair() throws Exception {
    ReentrantLock original = new ReentrantLock(fair);
    original.lock();
    ReentrantLock copy = Serialized.copy(original);
    assertThat(copy.isLocked()).isFalse();
    assertThat(copy.isFair()).isEqualTo(fair);
    copy.lock();
    assertThat(copy.hasWaiters(copy.newCondition())).isFalse();
    copy.unlock();
    original.unlock();
  }
}
