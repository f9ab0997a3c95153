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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Reentrancy, downgrading and fairness of a ReentrantReadWriteLock. */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // a wait that returns spuriously fails the test
})
class ReentrantReadWriteLockTest extends Kit {

  private final boolean fair;
  private final ReentrantReadWriteLock lock;
  private final ReentrantReadWriteLock.ReadLock read;
  private final ReentrantReadWriteLock.WriteLock write;

  ReentrantReadWriteLockTest(ThreadKind kind, boolean fair) {
    super(kind);
    this.fair = fair;
    lock = new ReentrantReadWriteLock(fair);
    read = lock.readLock();
    write = lock.writeLock();
  }

  private Worker startBlocked(Worker.Task task) {
    int before = lock.getQueueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(lock.getQueueLength()).isEqualTo(before + 1);
    return worker;
  }

  private void inAnotherThread(Worker.Task task) {
    crew.start(task).join();
  }

  private static void lockAndUnlock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private void assertFree() {
    Await.until("an empty queue", () -> lock.getQueueLength() == 0);
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.getReadHoldCount()).isZero();
    assertThat(lock.isWriteLocked()).isFalse();
    inAnotherThread(() -> {
      assertThat(write.tryLock()).isTrue();
      write.unlock();
    });
  }

  private void assertHolds(int reads, int writes) {
    assertThat(lock.getReadHoldCount()).isEqualTo(reads);
    assertThat(lock.getWriteHoldCount()).isEqualTo(writes);
    assertThat(write.getHoldCount()).isEqualTo(writes);
    assertThat(write.isHeldByCurrentThread()).isEqualTo(writes > 0);
    assertThat(lock.isWriteLockedByCurrentThread()).isEqualTo(writes > 0);
  }

  /** Runs a test as the first reader, as a reader beside another, and as a reader let in. */
  private void asEveryKindOfReader(Worker.Task task) throws Exception {
    inAnotherThread(task);
    assertFree();
    read.lock();
    inAnotherThread(task);
    read.unlock();
    assertFree();
  }

  // ---- Reentrancy of the read lock

  @Test
  void everyWayOfReadingCountsAHold() throws Exception {
    asEveryKindOfReader(() -> {
      int others = lock.getReadLockCount();
      assertHolds(0, 0);
      read.lock();
      read.lockInterruptibly();
      assertThat(read.tryLock()).isTrue();
      assertThat(read.tryLock(1, HOURS)).isTrue();
      assertThat(read.tryLock(0, NANOSECONDS)).isTrue();
      assertThat(read.tryLock(-1, NANOSECONDS)).isTrue();
      for (int holds = 6; holds > 0; holds--) {
        assertHolds(holds, 0);
        assertThat(lock.getReadLockCount()).isEqualTo(others + holds);
        read.unlock();
      }
      assertHolds(0, 0);
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
      assertThat(lock.getReadLockCount()).isEqualTo(others);
    });
  }

  @Test
  void readLockIsNotUnlockedByAThreadThatDoesNotHoldIt() {
    read.lock();
    read.lock();
    inAnotherThread(() -> {
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
      read.lock();
      read.unlock();
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    });
    assertHolds(2, 0);
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    read.unlock();
    read.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertFree();
  }

  @Test
  void readLockIsNotUnlockedUnderAnotherThreadsWriteLock() {
    write.lock();
    read.lock();
    inAnotherThread(() ->
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock));
    assertHolds(1, 1);
    read.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertHolds(0, 1);
    write.unlock();
    assertFree();
  }

  @Test
  void firstReaderMayLeaveBeforeTheOthers() {
    AtomicBoolean leave = new AtomicBoolean();
    read.lock();
    read.lock();
    AtomicInteger inside = new AtomicInteger();
    crew.start(
        3,
        () -> {
          read.lock();
          read.lock();
          assertHolds(2, 0);
          inside.getAndIncrement();
          Await.until("the first reader has left", leave::get);
          read.lock();
          assertHolds(3, 0);
          for (int i = 0; i < 3; i++) {
            read.unlock();
          }
        });
    Await.until("all read", () -> inside.get() == 3);
    assertThat(lock.getReadLockCount()).isEqualTo(8);
    read.unlock();
    read.unlock();
    assertHolds(0, 0);
    read.lock();
    assertHolds(1, 0);
    leave.set(true);
    crew.join();
    assertHolds(1, 0);
    assertThat(lock.getReadLockCount()).isOne();
    read.unlock();
    assertFree();
  }

  @Test
  void readerThatHadToWaitCountsItsHold() {
    write.lock();
    Worker first = startBlocked(() -> readTwice(read::lock));
    Worker second = startBlocked(() -> readTwice(read::lockInterruptibly));
    Worker third = startBlocked(() -> readTwice(() -> read.tryLock(1, HOURS)));
    write.unlock();
    first.join();
    second.join();
    third.join();
    assertFree();
  }

  private void readTwice(Worker.Task acquisition) throws Exception {
    acquisition.run();
    assertHolds(1, 0);
    read.lock();
    assertHolds(2, 0);
    read.unlock();
    read.unlock();
    assertHolds(0, 0);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
  }

  @Test
  void readerEntersAgainPastAWaitingWriter() throws Exception {
    for (boolean first : new boolean[] {true, false}) {
      AtomicBoolean queued = new AtomicBoolean();
      AtomicBoolean holds = new AtomicBoolean();
      if (!first) {
        read.lock();
      }
      Worker reader =
          crew.start(() -> {
            read.lock();
            holds.set(true);
            Await.until("a writer waits", queued::get);
            read.lock();
            read.lockInterruptibly();
            assertThat(read.tryLock()).isTrue();
            assertThat(read.tryLock(0, NANOSECONDS)).isTrue();
            assertThat(read.tryLock(1, HOURS)).isTrue();
            assertHolds(6, 0);
            for (int i = 0; i < 6; i++) {
              read.unlock();
            }
          });
      Await.until("the reader reads", holds::get);
      Worker writer = startBlocked(() -> lockAndUnlock(write));
      queued.set(true);
      reader.join();
      if (!first) {
        assertThat(writer.isDone()).isFalse();
        read.unlock();
      }
      writer.join();
    }
    assertFree();
  }

  @Test
  void interruptedReaderDoesNotEnterAgainInterruptibly() {
    inAnotherThread(() -> {
      read.lock();
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(read::lockInterruptibly);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> read.tryLock(1, HOURS));
      assertHolds(1, 0);
      read.unlock();
    });
    assertFree();
  }

  @Test
  void readerThatGivesUpHoldsNothing() {
    write.lock();
    Worker interrupted =
        startBlocked(() -> {
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(read::lockInterruptibly);
          assertHolds(0, 0);
          assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
        });
    interrupted.interrupt();
    interrupted.join();
    inAnotherThread(() -> {
      assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
      assertThat(read.tryLock()).isFalse();
      assertHolds(0, 0);
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    });
    write.unlock();
    assertFree();
  }

  // ---- Reentrancy of the write lock

  @Test
  void everyWayOfWritingCountsAHold() throws InterruptedException {
    write.lock();
    write.lockInterruptibly();
    assertThat(write.tryLock()).isTrue();
    assertThat(write.tryLock(1, HOURS)).isTrue();
    assertThat(write.tryLock(0, NANOSECONDS)).isTrue();
    assertThat(write.tryLock(-1, NANOSECONDS)).isTrue();
    for (int holds = 6; holds > 0; holds--) {
      assertHolds(0, holds);
      inAnotherThread(() -> {
        assertHolds(0, 0);
        assertThat(write.tryLock()).isFalse();
        assertThat(read.tryLock()).isFalse();
      });
      write.unlock();
    }
    assertHolds(0, 0);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::unlock);
    assertFree();
  }

  @Test
  void writerEntersAgainPastThoseWhoWait() throws InterruptedException {
    write.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    Worker reader = startBlocked(() -> lockAndUnlock(read));
    write.lock();
    write.lockInterruptibly();
    assertThat(write.tryLock()).isTrue();
    assertThat(write.tryLock(1, HOURS)).isTrue();
    read.lock();
    assertThat(read.tryLock()).isTrue();
    assertThat(read.tryLock(0, NANOSECONDS)).isTrue();
    assertHolds(3, 5);
    for (int i = 0; i < 3; i++) {
      read.unlock();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(writer.isDone()).isFalse();
      assertThat(reader.isDone()).isFalse();
      write.unlock();
    }
    crew.join();
    assertFree();
  }

  // ---- Downgrading and upgrading

  @Test
  void writerThatReadsGoesOnAsAReader() {
    write.lock();
    write.lock();
    read.lock();
    read.lock();
    assertHolds(2, 2);
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    write.unlock();
    inAnotherThread(() -> assertThat(read.tryLock()).isFalse());
    write.unlock();
    assertHolds(2, 0);
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    inAnotherThread(() -> {
      assertThat(write.tryLock()).isFalse();
      assertThat(read.tryLock()).isTrue();
      assertHolds(1, 0);
      read.unlock();
    });
    read.unlock();
    read.unlock();
    assertFree();
  }

  @Test
  void readsOfAWriterThatEndBeforeTheWriteLeaveTheLockFree() {
    write.lock();
    read.lock();
    read.lock();
    read.unlock();
    read.unlock();
    assertHolds(0, 1);
    assertThat(lock.getReadLockCount()).isZero();
    write.unlock();
    assertFree();
  }

  @Test
  void readerCannotBecomeAWriter() throws InterruptedException {
    read.lock();
    assertThat(write.tryLock()).isFalse();
    assertThat(write.tryLock(0, NANOSECONDS)).isFalse();
    assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
    assertHolds(1, 0);
    read.unlock();
    Worker stuck =
        startBlocked(() -> {
          read.lock();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(write::lockInterruptibly);
          assertHolds(1, 0);
          read.unlock();
        });
    stuck.interrupt();
    stuck.join();
    assertFree();
  }

  @Test
  void readerThatBecameOneByDowngradingMayEnterAgainPastAWriter() {
    write.lock();
    read.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    write.unlock();
    read.lock();
    assertHolds(2, 0);
    read.unlock();
    assertThat(writer.isDone()).isFalse();
    read.unlock();
    writer.join();
    assertFree();
  }

  // ---- Conditions

  @Test
  void waitForAConditionRestoresAllHolds() throws Exception {
    Condition condition = write.newCondition();
    for (int reads : new int[] {0, 1, 3}) {
      for (int writes : new int[] {1, 4}) {
        Worker waiter =
            crew.start(() -> {
              acquire(reads, writes);
              condition.await();
              assertThat(lock.getReadLockCount()).isEqualTo(reads);
              release(reads, writes);
            });
        signalOnce(condition);
        waiter.join();
        assertFree();
      }
    }
  }

  private void acquire(int reads, int writes) {
    for (int i = 0; i < writes; i++) {
      write.lock();
    }
    for (int i = 0; i < reads; i++) {
      read.lock();
    }
  }

  private void release(int reads, int writes) {
    assertHolds(reads, writes);
    for (int i = 0; i < writes; i++) {
      write.unlock();
    }
    assertHolds(reads, 0);
    for (int i = 0; i < reads; i++) {
      read.unlock();
    }
  }

  private void signalOnce(Condition condition) {
    Await.until(
        "a signal",
        () -> {
          write.lock();
          try {
            assertHolds(0, 1);
            assertThat(lock.getReadLockCount()).isZero();
            boolean waits = lock.hasWaiters(condition);
            condition.signal();
            return waits;
          } finally {
            write.unlock();
          }
        });
  }

  @Test
  void waitThatTimesOutOrIsInterruptedRestoresAllHolds() {
    Condition condition = write.newCondition();
    inAnotherThread(() -> {
      acquire(2, 3);
      assertThat(condition.await(1, MILLISECONDS)).isFalse();
      assertHolds(2, 3);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(condition::await);
      release(2, 3);
    });
    assertFree();
  }

  @Test
  void readersDuringAWaitKeepTheirHolds() {
    Condition condition = write.newCondition();
    AtomicBoolean waits = new AtomicBoolean();
    Worker waiter =
        crew.start(() -> {
          acquire(1, 1);
          waits.set(true);
          condition.await();
          release(1, 1);
        });
    Await.until("the wait has begun", () -> waits.get() && read.tryLock());
    read.lock();
    assertHolds(2, 0);
    read.unlock();
    read.unlock();
    signalOnce(condition);
    waiter.join();
    assertFree();
  }

  @Test
  void readLockHolderCannotWaitForACondition() {
    Condition condition = write.newCondition();
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::await);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condition::signal);
    read.unlock();
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(read::newCondition);
    assertFree();
  }

  // ---- Fairness

  @Test
  void tryLockForReadingJoinsReadersPastAWaitingWriter() throws InterruptedException {
    read.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    inAnotherThread(() -> {
      assertThat(read.tryLock(0, NANOSECONDS)).isFalse();
      assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
      assertThat(read.tryLock()).isTrue();
      assertHolds(1, 0);
      assertThat(read.tryLock(0, NANOSECONDS)).isTrue();
      read.unlock();
      read.unlock();
    });
    assertThat(writer.isDone()).isFalse();
    read.unlock();
    writer.join();
    assertFree();
  }

  /** Each turn ends when all others have come to wait, so a fair lock goes round. */
  @Test
  void writersThatKeepComingAreServedInTurnIfFair() {
    Assumptions.assumeTrue(fair);
    int parties = 3;
    int rounds = 100;
    AtomicInteger done = new AtomicInteger();
    List<Integer> turns = new ArrayList<>();
    write.lock();
    for (int i = 0; i < parties; i++) {
      int self = i;
      Worker _ =
          startBlocked(() -> {
            for (int round = 0; round < rounds; round++) {
              write.lock();
              turns.add(self);
              Await.until(
                  "all others queue", () -> lock.getQueueLength() == parties - 1 || done.get() > 0);
              if (round == rounds - 1) {
                done.getAndIncrement();
              }
              write.unlock();
            }
          });
    }
    write.unlock();
    crew.join();
    assertThat(turns).hasSize(parties * rounds);
    for (int turn = 0; turn < turns.size(); turn++) {
      assertThat(turns.get(turn)).isEqualTo(turn % parties);
    }
  }

  /** A reader that comes while a writer waits is served after it, and before the next writer. */
  @Test
  void readersAndWritersAreServedInTurn() {
    List<String> order = new CopyOnWriteArrayList<>();
    write.lock();
    for (String name : List.of("r1", "w1", "r2", "w2")) {
      Lock side = name.startsWith("r") ? read : write;
      Worker _ =
          startBlocked(() -> {
            side.lock();
            order.add(name);
            side.unlock();
          });
    }
    write.unlock();
    crew.join();
    assertThat(order).containsExactly("r1", "w1", "r2", "w2");
    assertFree();
  }

  /** The reader that was let in may not have run yet; it keeps nobody out. */
  @Test
  void readersThatAreLetInDoNotMakeAnAttemptWithoutTimeFail() throws InterruptedException {
    Assumptions.assumeFalse(fair);
    CountDownLatch tried = new CountDownLatch(1);
    write.lock();
    Worker reader =
        startBlocked(() -> {
          read.lock();
          tried.await();
          read.unlock();
        });
    write.unlock();
    assertThat(read.tryLock(0, SECONDS)).isTrue();
    read.unlock();
    tried.countDown();
    reader.join();
    assertFree();
  }
}
