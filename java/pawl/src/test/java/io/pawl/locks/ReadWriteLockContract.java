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

/** What readers and writers promise each other; the write lock alone is in LockContract. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
abstract class ReadWriteLockContract extends Kit {

  final ReadWrite both;
  private final Lock read;
  private final Lock write;

  ReadWriteLockContract(ThreadKind kind, ReadWrite both) {
    super(kind);
    this.both = both;
    this.read = both.read();
    this.write = both.write();
  }

  final Worker startBlocked(Worker.Task task) {
    int before = both.queued().getAsInt();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    assertThat(both.queued().getAsInt()).isEqualTo(before + 1);
    return worker;
  }

  static void lockAndUnlock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  final void assertFree() {
    Await.until("an empty queue", () -> both.queued().getAsInt() == 0);
    assertThat(both.readers().getAsInt()).isZero();
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
    assertThat(both.readers().getAsInt()).isEqualTo(1);
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
    assertThat(both.isWriteLocked().getAsBoolean()).isFalse();
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
    assertThat(both.readers().getAsInt()).isEqualTo(1);
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
          assertThat(both.isWriteLocked().getAsBoolean()).isFalse();
          read.unlock();
        });
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    both.downgrade().run();
    reader.join();
    assertThat(writer.isDone()).isFalse();
    assertThat(both.readers().getAsInt()).isEqualTo(1);
    assertThat(both.isWriteLocked().getAsBoolean()).isFalse();
    read.unlock();
    writer.join();
    assertFree();
  }

  @Test
  void downgradeWithAWriterFirstInTheQueueKeepsItOut() {
    write.lock();
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    both.downgrade().run();
    assertThat(both.readers().getAsInt()).isEqualTo(1);
    Worker probe = crew.start(() -> assertThat(read.tryLock(0, NANOSECONDS)).isFalse());
    probe.join();
    read.unlock();
    writer.join();
    assertFree();
  }

  // ---- Mistakes

  @Test
  void unlockOfWhatIsNotHeldThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::unlock);
    assertThat(both.readers().getAsInt()).isEqualTo(1);
    read.unlock();
    write.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertThat(both.isWriteLockedByCurrentThread().getAsBoolean()).isTrue();
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
    assertThat(both.readers().getAsInt()).isZero();
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
}
