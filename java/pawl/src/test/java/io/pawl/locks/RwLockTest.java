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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What readers and writers promise each other; the write lock alone is in LockContract. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class RwLockTest extends Kit {

  private final RwLock lock = new RwLock();
  private final RwLock.ReadLock read = lock.readLock();
  private final RwLock.WriteLock write = lock.writeLock();

  RwLockTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startBlocked(Worker.Task task) {
    int before = lock.getQueueLength();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(lock.getQueueLength()).isEqualTo(before + 1);
    return worker;
  }

  private static void lockAndUnlock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private void assertFree() {
    Await.until("an empty queue", () -> lock.getQueueLength() == 0);
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(write.tryLock()).isTrue();
    write.unlock();
  }

  // ---- Sharing and exclusion

  @Test
  void readersShare() {
    read.lock();
    crew.start(
        4,
        () -> {
          read.lock();
          read.lockInterruptibly();
          assertThat(read.tryLock()).isTrue();
          assertThat(read.tryLock(1, HOURS)).isTrue();
          for (int i = 0; i < 4; i++) {
            read.unlock();
          }
        });
    crew.join();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    assertFree();
  }

  @Test
  void readerKeepsWritersOutAndWriterKeepsEverybodyOut() {
    read.lock();
    Worker writer =
        crew.start(() -> {
          assertThat(write.tryLock()).isFalse();
          assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
        });
    writer.join();
    read.unlock();
    write.lock();
    Worker other =
        crew.start(() -> {
          assertThat(read.tryLock()).isFalse();
          assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
          assertThat(write.tryLock()).isFalse();
        });
    other.join();
    write.unlock();
    assertFree();
  }

  @Test
  void tryLockForReadingDoesNotBargePastAWaitingWriter() throws InterruptedException {
    read.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    assertThat(read.tryLock()).isFalse();
    assertThat(read.tryLock(0, NANOSECONDS)).isFalse();
    assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    writer.join();
    assertFree();
  }

  @Test
  void readerArrivingBehindAWaitingWriterIsServedAfterIt() {
    AtomicBoolean written = new AtomicBoolean();
    read.lock();
    Worker writer =
        startBlocked(() -> {
          write.lock();
          written.set(true);
          write.unlock();
        });
    Worker reader =
        startBlocked(() -> {
          read.lock();
          assertThat(written).isTrue();
          read.unlock();
        });
    read.unlock();
    writer.join();
    reader.join();
    assertFree();
  }

  @Test
  void neighbouringReadersAreLetInTogether() {
    AtomicInteger inside = new AtomicInteger();
    write.lock();
    for (int i = 0; i < 4; i++) {
      Worker _ =
          startBlocked(() -> {
            read.lock();
            inside.incrementAndGet();
            Await.until("all four inside", () -> inside.get() == 4);
            read.unlock();
          });
    }
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    write.unlock();
    crew.join();
    writer.join();
    assertFree();
  }

  @Test
  void lastOfManyReadersLetsTheWriterIn() {
    for (int i = 0; i < 3; i++) {
      read.lock();
    }
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    read.unlock();
    read.unlock();
    assertThat(writer.isDone()).isFalse();
    assertThat(lock.isWriteLocked()).isFalse();
    read.unlock();
    writer.join();
  }

  // ---- A waiting writer that gives up

  @Test
  void readerIsLetInWhenTheWriterBeforeItIsInterrupted() {
    read.lock();
    Worker writer =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(write::lockInterruptibly));
    Worker reader = startBlocked(() -> lockAndUnlock(read));
    writer.interrupt();
    writer.join();
    reader.join();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    assertFree();
  }

  @Test
  void readerIsLetInWhenTheWriterBeforeItTimesOut() {
    read.lock();
    Worker writer = crew.start(() -> assertThat(write.tryLock(100, MILLISECONDS)).isFalse());
    Worker reader = crew.start(() -> lockAndUnlock(read));
    writer.join();
    reader.join();
    read.unlock();
    assertFree();
  }

  @Test
  void readerThatGivesUpLeavesTheOthersInOrder() {
    write.lock();
    Worker leaving =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(read::lockInterruptibly));
    Worker reader = startBlocked(() -> lockAndUnlock(read));
    leaving.interrupt();
    leaving.join();
    write.unlock();
    reader.join();
    assertFree();
  }

  // ---- Starvation

  @Test
  void writerIsNotStarvedByOverlappingReaders() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger turns = new AtomicInteger();
    Crew readers = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    read.lock();
    readers.start(
        2,
        () -> {
          int seen = -1;
          while (!stop.get()) {
            read.lock();
            // Holds on until the other reader has been inside too, so that they overlap.
            for (int i = 0; i < 1_000 && turns.get() == seen; i++) {
              Thread.onSpinWait();
            }
            seen = turns.incrementAndGet();
            read.unlock();
          }
        });
    Await.until("readers come and go", () -> turns.get() > 10);
    read.unlock();
    Worker writer =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            lockAndUnlock(write);
          }
        });
    writer.join();
    stop.set(true);
    readers.join();
    assertFree();
  }

  @Test
  void readerIsNotStarvedByHammeringWriters() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger writes = new AtomicInteger();
    Crew writers = new Crew(ThreadKind.PLATFORM); // virtual ones would not let others run
    writers.start(
        2,
        () -> {
          while (!stop.get()) {
            write.lock();
            writes.incrementAndGet();
            write.unlock();
          }
        });
    Await.until("writers hammer", () -> writes.get() > 100);
    Worker reader =
        crew.start(() -> {
          for (int i = 0; i < 10; i++) {
            lockAndUnlock(read);
          }
        });
    reader.join();
    stop.set(true);
    writers.join();
    assertFree();
  }

  // ---- Downgrade

  @Test
  void downgradeLetsWaitingReadersInAndNoWriter() {
    write.lock();
    Worker reader =
        startBlocked(() -> {
          read.lock();
          assertThat(lock.isWriteLocked()).isFalse();
          read.unlock();
        });
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    write.downgrade();
    reader.join();
    assertThat(writer.isDone()).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    assertThat(lock.isWriteLocked()).isFalse();
    read.unlock();
    writer.join();
    assertFree();
  }

  @Test
  void downgradeWithAWriterFirstInTheQueueKeepsItOut() {
    write.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    write.downgrade();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    Worker probe = crew.start(() -> assertThat(read.tryLock()).isFalse());
    probe.join();
    read.unlock();
    writer.join();
    assertFree();
  }

  @Test
  void downgradeByAnybodyElseThrows() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::downgrade);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::downgrade);
    read.unlock();
    assertFree();
  }

  // ---- Mistakes

  @Test
  void unlockOfWhatIsNotHeldThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::unlock);
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    write.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
    write.unlock();
    assertFree();
  }

  @Test
  void writerThatLocksForReadingIsToldSo() throws InterruptedException {
    write.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::lock);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(read::lockInterruptibly);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> read.tryLock(1, HOURS));
    assertThat(read.tryLock()).isFalse();
    assertThat(read.tryLock(0, NANOSECONDS)).isFalse();
    assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
    write.unlock();
    assertFree();
  }

  @Test
  void readLockHasNoConditions() {
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(read::newCondition);
  }

  // ---- Interruption and timeouts of readers

  @Test
  void interruptedReaderDoesNotReportSuccess() {
    write.lock();
    Worker untimed =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(read::lockInterruptibly));
    Worker timed =
        startBlocked(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> read.tryLock(1, HOURS)));
    untimed.interrupt();
    timed.interrupt();
    crew.join();
    write.unlock();
    assertThat(lock.getReadLockCount()).isZero();
    assertFree();
  }

  @Test
  void uninterruptibleReaderWaitsOnAndPreservesTheStatus() {
    write.lock();
    Worker reader =
        startBlocked(() -> {
          read.lock();
          assertThat(Thread.interrupted()).isTrue();
          read.unlock();
        });
    reader.interrupt();
    assertThat(reader.isDone()).isFalse();
    write.unlock();
    reader.join();
    assertFree();
  }

  @Test
  void interruptedThreadDoesNotGetAFreeReadLockInterruptibly() {
    Worker reader =
        crew.start(() -> {
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class).isThrownBy(read::lockInterruptibly);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          Thread.currentThread().interrupt();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> read.tryLock(1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    reader.join();
    assertFree();
  }

  @Test
  void timedReaderIsNeverEarly() {
    write.lock();
    Worker reader =
        crew.start(() -> {
          long start = System.nanoTime();
          assertThat(read.tryLock(3, MILLISECONDS)).isFalse();
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
        });
    reader.join();
    write.unlock();
    assertFree();
  }

  // ---- Inspection

  @Test
  void countsAndDescriptionsFollowTheState() {
    assertThat(lock.toString()).endsWith("[Write locks = 0, Read locks = 0]");
    assertThat(write.toString()).endsWith("[Unlocked]");
    read.lock();
    read.lock();
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    assertThat(lock.toString()).endsWith("[Write locks = 0, Read locks = 2]");
    assertThat(read.toString()).endsWith("[Read locks = 2]");
    read.unlock();
    read.unlock();
    write.lock();
    assertThat(lock.isWriteLocked()).isTrue();
    assertThat(lock.isWriteLockedByCurrentThread()).isTrue();
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.toString()).endsWith("[Write locks = 1, Read locks = 0]");
    assertThat(read.toString()).endsWith("[Read locks = 0]");
    assertThat(write.toString())
        .endsWith("[Locked by thread " + Thread.currentThread().getName() + "]");
    assertThat(lock.hasQueuedThreads()).isFalse();
    Worker reader = startBlocked(() -> lockAndUnlock(read));
    assertThat(lock.hasQueuedThreads()).isTrue();
    write.unlock();
    reader.join();
  }

  @Test
  void deserializedLockIsFree() throws Exception {
    write.lock();
    RwLock copy = Serialized.copy(lock);
    write.unlock();
    assertThat(copy.isWriteLocked()).isFalse();
    copy.readLock().lock();
    assertThat(copy.getReadLockCount()).isEqualTo(1);
    assertThat(copy.writeLock().tryLock()).isFalse();
    copy.readLock().unlock();
  }
}
