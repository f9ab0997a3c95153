package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How stamped locks are waited for; what can be had at once is in StampedStateTest. The tests ask
 * nothing that the class of the JDK would not do.
 */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class StampedLockTest extends Kit {

  private final StampedLock lock = new StampedLock();

  StampedLockTest(ThreadKind kind) {
    super(kind);
  }

  /** Starts a thread and waits until it waits for the lock. */
  private Worker startBlocked(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private void write() {
    lock.unlockWrite(lock.writeLock());
  }

  private void read() {
    lock.unlockRead(lock.readLock());
  }

  private void assertFree() {
    assertThat(lock.toString()).endsWith("[Unlocked]");
    long stamp = lock.tryWriteLock();
    assertThat(stamp).isNotZero();
    lock.unlockWrite(stamp);
  }

  // ---- Sharing and exclusion

  @Test
  void readersShare() {
    long own = lock.readLock();
    crew.start(
        4,
        () -> {
          long[] stamps = {
            lock.readLock(),
            lock.readLockInterruptibly(),
            lock.tryReadLock(),
            lock.tryReadLock(1, HOURS)
          };
          for (long stamp : stamps) {
            assertThat(stamp).isNotZero();
            lock.unlockRead(stamp);
          }
        });
    crew.join();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    lock.unlockRead(own);
    assertFree();
  }

  @Test
  void readerKeepsWritersOut() {
    long own = lock.readLock();
    Worker writer =
        crew.start(() -> {
          assertThat(lock.tryWriteLock()).isZero();
          assertThat(lock.tryWriteLock(0, NANOSECONDS)).isZero();
          assertThat(lock.tryWriteLock(-1, HOURS)).isZero();
          assertThat(lock.tryWriteLock(1, MILLISECONDS)).isZero();
        });
    writer.join();
    lock.unlockRead(own);
    assertFree();
  }

  @Test
  void writerKeepsEverybodyOut() {
    long own = lock.writeLock();
    Worker other =
        crew.start(() -> {
          assertThat(lock.tryOptimisticRead()).isZero();
          assertThat(lock.tryReadLock()).isZero();
          assertThat(lock.tryReadLock(0, NANOSECONDS)).isZero();
          assertThat(lock.tryReadLock(Long.MIN_VALUE, HOURS)).isZero();
          assertThat(lock.tryReadLock(1, MILLISECONDS)).isZero();
          assertThat(lock.tryWriteLock()).isZero();
          assertThat(lock.tryWriteLock(1, MILLISECONDS)).isZero();
        });
    other.join();
    lock.unlockWrite(own);
    assertFree();
  }

  @Test
  void writerIsNotReentrant() throws InterruptedException {
    long own = lock.writeLock();
    assertThat(lock.tryWriteLock(1, MILLISECONDS)).isZero();
    assertThat(lock.tryReadLock(1, MILLISECONDS)).isZero();
    lock.unlockWrite(own);
    assertFree();
  }

  @Test
  void anyThreadCanUnlockAndConvertWithAStamp() {
    long own = lock.writeLock();
    Worker other =
        crew.start(() -> {
          long read = lock.tryConvertToReadLock(own);
          assertThat(read).isNotZero();
          lock.unlockRead(read);
        });
    other.join();
    assertFree();
  }

  // ---- Waiting

  @Test
  void waitingWriterGetsTheLockAfterTheWriter() {
    long own = lock.writeLock();
    Worker writer =
        startBlocked(() -> {
          long stamp = lock.writeLock();
          assertThat(StampedLock.isWriteLockStamp(stamp)).isTrue();
          assertThat(lock.validate(stamp)).isTrue();
          lock.unlockWrite(stamp);
        });
    assertThat(writer.isDone()).isFalse();
    lock.unlockWrite(own);
    writer.join();
    assertFree();
  }

  @Test
  void waitingReaderGetsTheLockAfterTheWriter() {
    long own = lock.writeLock();
    Worker reader =
        startBlocked(() -> {
          long stamp = lock.readLock();
          assertThat(StampedLock.isReadLockStamp(stamp)).isTrue();
          assertThat(lock.validate(stamp)).isTrue();
          lock.unlockRead(stamp);
        });
    assertThat(reader.isDone()).isFalse();
    lock.unlockWrite(own);
    reader.join();
    assertFree();
  }

  @Test
  void timedWaitersGetALockThatBecomesFreeInTime() {
    for (long millis : new long[] {2_147, 2_148, 5_000_000, Long.MAX_VALUE}) {
      long own = lock.writeLock();
      Worker writer = startBlocked(() -> lock.unlockWrite(lock.tryWriteLock(millis, MILLISECONDS)));
      Worker reader = startBlocked(() -> lock.unlockRead(lock.tryReadLock(millis, MILLISECONDS)));
      lock.unlockWrite(own);
      writer.join();
      reader.join();
    }
    assertFree();
  }

  @Test
  void neighbouringReadersAreLetInTogether() {
    AtomicInteger inside = new AtomicInteger();
    long own = lock.writeLock();
    for (int i = 0; i < 4; i++) {
      Worker _ =
          startBlocked(() -> {
            long stamp = lock.readLock();
            inside.incrementAndGet();
            Await.until("all four inside", () -> inside.get() == 4);
            lock.unlockRead(stamp);
          });
    }
    lock.unlockWrite(own);
    crew.join();
    assertFree();
  }

  @Test
  void lastOfManyReadersLetsTheWriterIn() {
    List<Long> stamps = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      stamps.add(lock.readLock());
    }
    Worker writer = startBlocked(this::write);
    for (long stamp : stamps) {
      assertThat(writer.isDone()).isFalse();
      assertThat(lock.isWriteLocked()).isFalse();
      lock.unlockRead(stamp);
    }
    writer.join();
    assertFree();
  }

  @Test
  void manyReadersArriveAndLeaveWhileAWriterComesAndGoes() {
    long own = lock.writeLock();
    AtomicInteger inside = new AtomicInteger();
    Crew readers = new Crew(ThreadKind.VIRTUAL);
    readers.start(
        300,
        () -> {
          long stamp = lock.readLock();
          inside.incrementAndGet();
          Await.until("all inside", () -> inside.get() == 300);
          assertThat(lock.validate(stamp)).isTrue();
          lock.unlockRead(stamp);
        });
    lock.unlockWrite(own);
    readers.join();
    assertFree();
  }

  @Test
  void conversionToAReadLockLetsWaitingReadersIn() {
    long own = lock.writeLock();
    Worker reader = startBlocked(this::read);
    Worker writer = startBlocked(this::write);
    long read = lock.tryConvertToReadLock(own);
    reader.join();
    assertThat(writer.isDone()).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    lock.unlockRead(read);
    writer.join();
    assertFree();
  }

  @Test
  void conversionToAnOptimisticReadLetsWaitersIn() {
    long own = lock.writeLock();
    Worker writer = startBlocked(this::write);
    assertThat(lock.tryConvertToOptimisticRead(own)).isNotZero();
    writer.join();
    long read = lock.readLock();
    Worker second = startBlocked(this::write);
    assertThat(lock.tryConvertToOptimisticRead(read)).isNotZero();
    second.join();
    assertFree();
  }

  @Test
  void unlockWithoutAStampLetsWaitersIn() {
    long _ = lock.writeLock();
    Worker writer = startBlocked(this::write);
    assertThat(lock.tryUnlockWrite()).isTrue();
    writer.join();
    long _ = lock.readLock();
    Worker second = startBlocked(this::write);
    assertThat(lock.tryUnlockRead()).isTrue();
    second.join();
    assertFree();
  }

  @Test
  void tryReadLockJoinsReadersAlthoughAWriterWaits() throws InterruptedException {
    long own = lock.readLock();
    Worker writer = startBlocked(this::write);
    assertThat(lock.tryReadLock(0, NANOSECONDS)).isZero();
    assertThat(lock.tryReadLock(1, MILLISECONDS)).isZero();
    long second = lock.tryReadLock();
    assertThat(second).isNotZero();
    long third = lock.tryConvertToReadLock(lock.tryOptimisticRead());
    assertThat(third).isNotZero();
    lock.unlockRead(own);
    lock.unlockRead(second);
    assertThat(writer.isDone()).isFalse();
    lock.unlockRead(third);
    writer.join();
    assertFree();
  }

  @Test
  void blockerOfAWaitingThreadIsTheLock() {
    long own = lock.writeLock();
    Worker writer = startBlocked(this::write);
    Worker reader = startBlocked(this::read);
    assertThat(LockSupport.getBlocker(writer.thread())).isSameAs(lock);
    assertThat(LockSupport.getBlocker(reader.thread())).isSameAs(lock);
    lock.unlockWrite(own);
    crew.join();
    assertFree();
  }

  // ---- Waiters that give up

  @Test
  void readerIsLetInWhenTheWriterBeforeItIsInterrupted() {
    long own = lock.readLock();
    Worker writer = startBlocked(() -> assertInterrupted(lock::writeLockInterruptibly));
    Worker reader = startBlocked(() -> lock.unlockRead(lock.tryReadLock(1, HOURS)));
    writer.interrupt();
    writer.join();
    reader.join();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    lock.unlockRead(own);
    assertFree();
  }

  @Test
  void readerIsLetInWhenTheWriterBeforeItTimesOut() {
    long own = lock.readLock();
    Worker writer = crew.start(() -> assertThat(lock.tryWriteLock(100, MILLISECONDS)).isZero());
    Worker reader = crew.start(this::read);
    writer.join();
    reader.join();
    lock.unlockRead(own);
    assertFree();
  }

  @Test
  void waitersInTheMiddleThatGiveUpLeaveTheOthersInOrder() {
    List<Integer> order = new ArrayList<>();
    List<Worker> writers = new ArrayList<>();
    long own = lock.writeLock();
    for (int i = 0; i < 6; i++) {
      int index = i;
      writers.add(
          startBlocked(() -> {
            long stamp;
            try {
              stamp = lock.writeLockInterruptibly();
            } catch (InterruptedException e) {
              return;
            }
            order.add(index);
            lock.unlockWrite(stamp);
          }));
    }
    for (int index : new int[] {0, 3, 5}) {
      writers.get(index).interrupt();
      writers.get(index).join();
    }
    lock.unlockWrite(own);
    crew.join();
    assertThat(order).containsExactly(1, 2, 4);
    assertFree();
  }

  @Test
  void timedWaitersAreNeverEarly() {
    long own = lock.writeLock();
    Worker waiter =
        crew.start(() -> {
          for (long micros : new long[] {1, 100, 1_000, 10_000}) {
            long start = System.nanoTime();
            assertThat(lock.tryReadLock(micros, MICROSECONDS)).isZero();
            assertThat(lock.tryWriteLock(micros, MICROSECONDS)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2 * micros * 1_000);
          }
        });
    waiter.join();
    lock.unlockWrite(own);
    assertFree();
  }

  // ---- Interruption

  private static void assertInterrupted(ThrowingCallable attempt) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(attempt);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    long own = lock.writeLock();
    List<Worker> waiters =
        List.of(
            startBlocked(() -> assertInterrupted(lock::writeLockInterruptibly)),
            startBlocked(() -> assertInterrupted(lock::readLockInterruptibly)),
            startBlocked(() -> assertInterrupted(() -> lock.tryWriteLock(1, HOURS))),
            startBlocked(() -> assertInterrupted(() -> lock.tryReadLock(1, HOURS))));
    waiters.forEach(Worker::interrupt);
    crew.join();
    lock.unlockWrite(own);
    assertFree();
  }

  @Test
  void uninterruptibleWaitersWaitOnAndPreserveTheStatus() {
    long own = lock.writeLock();
    Worker reader =
        startBlocked(() -> {
          read();
          assertThat(Thread.interrupted()).isTrue();
        });
    Worker writer =
        startBlocked(() -> {
          write();
          assertThat(Thread.interrupted()).isTrue();
        });
    reader.interrupt();
    writer.interrupt();
    assertThat(reader.isDone()).isFalse();
    assertThat(writer.isDone()).isFalse();
    lock.unlockWrite(own);
    crew.join();
    assertFree();
  }

  @Test
  void interruptedThreadDoesNotGetAFreeLockInterruptibly() {
    Worker worker =
        crew.start(() -> {
          List<ThrowingCallable> attempts =
              List.of(
                  lock::writeLockInterruptibly,
                  lock::readLockInterruptibly,
                  () -> lock.tryWriteLock(1, HOURS),
                  () -> lock.tryReadLock(1, HOURS),
                  () -> lock.tryWriteLock(0, HOURS),
                  () -> lock.tryReadLock(-1, HOURS));
          for (ThrowingCallable attempt : attempts) {
            Thread.currentThread().interrupt();
            assertInterrupted(attempt);
          }
          Thread.currentThread().interrupt();
          write();
          read();
          lock.unlockWrite(lock.tryWriteLock());
          lock.unlockRead(lock.tryReadLock());
          assertThat(Thread.interrupted()).isTrue();
        });
    worker.join();
    assertFree();
  }

  // ---- Starvation

  @Test
  void writerIsNotStarvedByHammeringWritersAndOptimisticReaders() {
    AtomicBoolean stop = new AtomicBoolean();
    Crew others = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    others.start(
        2,
        () -> {
          while (!stop.get()) {
            write();
            boolean _ = lock.validate(lock.tryOptimisticRead());
          }
        });
    Worker writer =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            write();
          }
        });
    writer.join();
    stop.set(true);
    others.join();
    assertFree();
  }

  @Test
  void readerIsNotStarvedByHammeringWriters() {
    AtomicBoolean stop = new AtomicBoolean();
    Crew others = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    others.start(
        2,
        () -> {
          while (!stop.get()) {
            write();
          }
        });
    Worker reader =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            read();
          }
        });
    reader.join();
    stop.set(true);
    others.join();
    assertFree();
  }
}
