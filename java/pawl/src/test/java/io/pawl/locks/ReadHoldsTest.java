package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a ReentrantReadWriteLock counts, up to the limits, and what it leaves behind. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class ReadHoldsTest extends Kit {

  ReadHoldsTest(ThreadKind kind) {
    super(kind);
  }

  /** Locks that another thread, the first reader of each, reads as well. */
  private static List<ReentrantReadWriteLock> locksReadElsewhere(int count) {
    List<ReentrantReadWriteLock> locks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      locks.add(new ReentrantReadWriteLock());
    }
    Worker _ = startAndJoin(() -> locks.forEach(lock -> lock.readLock().lock()));
    return locks;
  }

  @Test
  void tenThousandLocksLeaveNothingInTheTable() {
    List<ReentrantReadWriteLock> locks = locksReadElsewhere(10_000);
    Worker worker =
        crew.start(() -> {
          for (ReentrantReadWriteLock lock : locks) {
            lock.readLock().lock();
            assertThat(ReadHolds.size(ReadHolds.current())).isOne();
            lock.readLock().unlock();
          }
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
          assertThat(ReadHolds.capacity(ReadHolds.current())).isLessThan(10);
        });
    worker.join();
  }

  @Test
  void manyLocksHeldTogetherAreCountedApartAndThenForgotten() {
    List<ReentrantReadWriteLock> locks = locksReadElsewhere(1_000);
    Worker worker =
        crew.start(() -> {
          Random random = new Random(42);
          List<ReentrantReadWriteLock> held = new ArrayList<>();
          for (int i = 0; i < locks.size(); i++) {
            held.addAll(Collections.nCopies(1 + i % 3, locks.get(i)));
          }
          Collections.shuffle(held, random);
          held.forEach(lock -> lock.readLock().lock());
          for (int i = 0; i < locks.size(); i++) {
            assertThat(locks.get(i).getReadHoldCount()).isEqualTo(1 + i % 3);
          }
          Collections.shuffle(held, random);
          held.forEach(lock -> lock.readLock().unlock());
          for (ReentrantReadWriteLock lock : locks) {
            assertThat(lock.getReadHoldCount()).isZero();
            assertThat(lock.getReadLockCount()).isOne();
          }
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
          assertThat(ReadHolds.capacity(ReadHolds.current())).isLessThan(100);
        });
    worker.join();
  }

  @Test
  void firstReaderAndWriterNeedNoTable() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    Worker worker =
        crew.start(() -> {
          lock.readLock().lock();
          lock.readLock().lock();
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
          lock.readLock().unlock();
          lock.readLock().unlock();
          lock.writeLock().lock();
          lock.readLock().lock();
          lock.writeLock().unlock();
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
          lock.readLock().unlock();
        });
    worker.join();
  }

  @Test
  void readersThatDoNotGetTheLockLeaveNothingInTheTable() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    lock.writeLock().lock();
    Worker worker =
        crew.start(() -> {
          assertThat(lock.readLock().tryLock()).isFalse();
          assertThat(lock.readLock().tryLock(1, TimeUnit.MILLISECONDS)).isFalse();
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> lock.readLock().lockInterruptibly());
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
        });
    worker.join();
    lock.writeLock().unlock();
  }

  @Test
  void threadThatEndsWhileReadingLeavesItsHoldOnly() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    WeakReference<?> trace = readAndEnd(lock);
    lock.readLock().lock();
    assertThat(lock.getReadHoldCount()).isOne();
    lock.readLock().unlock();
    assertThat(lock.getReadHoldCount()).isZero();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    Worker reader =
        crew.start(() -> {
          assertThatExceptionOfType(IllegalMonitorStateException.class)
              .isThrownBy(() -> lock.readLock().unlock());
          assertThat(lock.readLock().tryLock()).isTrue();
          lock.readLock().unlock();
          assertThat(lock.writeLock().tryLock()).isFalse();
        });
    reader.join();
    Await.until(
        "the end of the table",
        () -> {
          System.gc();
          return trace.get() == null;
        });
  }

  /** The reader is not the first one, which has left when it ends. */
  private static WeakReference<?> readAndEnd(ReentrantReadWriteLock lock) {
    List<WeakReference<?>> trace = new ArrayList<>();
    lock.readLock().lock();
    Worker _ =
        startAndJoin(() -> {
          lock.readLock().lock();
          trace.add(new WeakReference<>(ReadHolds.current()));
        });
    lock.readLock().unlock();
    return trace.getFirst();
  }

  private static Worker startAndJoin(Worker.Task task) {
    Worker worker = new Crew(ThreadKind.PLATFORM).start(task);
    worker.join();
    return worker;
  }

  // ---- Limits

  @Test
  void oneReadTooManyIsAnErrorAndChangesNothing() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    ReentrantReadWriteLock.ReadLock read = lock.readLock();
    read.lock();
    lock.sync.state = Integer.MAX_VALUE;
    assertThatReadingIsAnError(read);
    Worker other =
        crew.start(() -> {
          assertThatReadingIsAnError(read);
          assertThat(ReadHolds.size(ReadHolds.current())).isZero();
        });
    other.join();
    assertThat(lock.getReadLockCount()).isEqualTo(Integer.MAX_VALUE);
    assertThat(lock.getReadHoldCount()).isOne();
    lock.sync.state = 1;
    read.unlock();
    assertThat(lock.writeLock().tryLock()).isTrue();
  }

  private static void assertThatReadingIsAnError(ReentrantReadWriteLock.ReadLock read) {
    for (ThrowingCallable attempt :
        List.<ThrowingCallable>of(
            read::lock,
            read::lockInterruptibly,
            read::tryLock,
            () -> read.tryLock(0, TimeUnit.SECONDS),
            () -> read.tryLock(1, TimeUnit.HOURS))) {
      assertThatExceptionOfType(Error.class)
          .isThrownBy(attempt)
          .withMessage("Maximum lock count exceeded");
    }
  }

  @Test
  void oneHoldTooManyOfTheWriterIsAnErrorAndChangesNothing() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    ReentrantReadWriteLock.WriteLock write = lock.writeLock();
    write.lock();
    lock.readLock().lock();
    lock.sync.rewrites = Integer.MAX_VALUE - 2;
    lock.sync.firstReaderHolds = Integer.MAX_VALUE;
    write.lock();
    assertThat(write.getHoldCount()).isEqualTo(Integer.MAX_VALUE);
    assertThatReadingIsAnError(lock.readLock());
    for (ThrowingCallable attempt :
        List.<ThrowingCallable>of(
            write::lock,
            write::lockInterruptibly,
            write::tryLock,
            () -> write.tryLock(0, TimeUnit.SECONDS),
            () -> write.tryLock(1, TimeUnit.HOURS))) {
      assertThatExceptionOfType(Error.class)
          .isThrownBy(attempt)
          .withMessage("Maximum lock count exceeded");
    }
    assertThat(write.getHoldCount()).isEqualTo(Integer.MAX_VALUE);
    assertThat(lock.getReadHoldCount()).isEqualTo(Integer.MAX_VALUE);
    assertThat(lock.toString()).endsWith("[Write locks = 2147483647, Read locks = 2147483647]");
    lock.sync.rewrites = 0;
    write.unlock();
    assertThat(lock.getReadLockCount()).isEqualTo(Integer.MAX_VALUE);
  }

  /** The reader is woken to find no room for it; the one behind it is not forgotten. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersThatWaitedMeetTheLimitToo(boolean fair) {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock(fair);
    lock.writeLock().lock();
    for (int i = 0; i < 2; i++) {
      Worker reader =
          crew.start(() ->
              assertThatExceptionOfType(Error.class)
                  .isThrownBy(() -> lock.readLock().lock())
                  .withMessage("Maximum lock count exceeded"));
      reader.awaitBlocked();
    }
    lock.readLock().lock();
    lock.sync.firstReaderHolds = Integer.MAX_VALUE;
    lock.writeLock().unlock();
    crew.join();
    assertThat(lock.getReadLockCount()).isEqualTo(Integer.MAX_VALUE);
    assertThat(lock.getQueueLength()).isZero();
  }
}
