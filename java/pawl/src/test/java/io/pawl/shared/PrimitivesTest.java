package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import io.pawl.shared.Steps.Step;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is built on the mutex, between two handles. */
@Limit(60)
@Tag("kit")
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // that is what awaitUntil has
})
class PrimitivesTest {
  private final Regions regions = new Regions();
  private final SharedRegion one = regions.open();
  private final SharedRegion other = regions.open();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  // ---- Read-write lock

  @Test
  void readersShareAndKeepWritersOut() throws InterruptedException {
    SharedRwLock a = one.rwLock("rw");
    SharedRwLock b = other.rwLock("rw");
    a.readLock().lock();
    b.readLock().lock();
    assertThat(a.writeLock().tryLock()).isFalse();
    assertThat(b.writeLock().tryLock(1, MILLISECONDS)).isFalse();
    a.readLock().unlock();
    b.readLock().unlock();
    assertThat(b.writeLock().tryLock()).isTrue();
    assertThat(a.readLock().tryLock()).isFalse();
    assertThat(a.readLock().tryLock(1, MILLISECONDS)).isFalse();
    b.writeLock().unlock();
    a.readLock().lock();
    a.readLock().unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(a.readLock()::unlock);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(a.writeLock()::unlock);
  }

  @ParameterizedTest
  @EnumSource
  void lastReaderWakesTheWriter(ThreadKind kind) {
    SharedRwLock a = one.rwLock("rw");
    SharedRwLock b = other.rwLock("rw");
    a.readLock().lock();
    Crew crew = new Crew(kind);
    Worker writer =
        crew.start(() -> {
          b.writeLock().lock();
          b.writeLock().unlock();
        });
    Await.until("the writer waits", () -> b.owner() != null);
    assertThat(writer.isDone()).isFalse();
    a.readLock().unlock();
    crew.join();
  }

  @Test
  void readerThatDiesDoesNotKeepTheWriterOut() {
    other.rwLock("rw").readLock().lock();
    regions.kill(other);
    SharedRwLock a = one.rwLock("rw");
    a.writeLock().lock();
    a.writeLock().unlock();
    assertThat(a.isPoisoned()).isFalse();
  }

  @Test
  void writerThatDiesPoisonsForReadersAndWriters() {
    other.rwLock("rw").writeLock().lock();
    regions.kill(other);
    SharedRwLock a = one.rwLock("rw");
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(a.readLock()::lock);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(a.readLock()::tryLock);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(a.writeLock()::lock);
    assertThatExceptionOfType(OwnerDiedException.class)
        .isThrownBy(() -> a.writeLock().tryLock(1, HOURS));
    assertThat(a.writeLock().lockForced()).isTrue();
    a.writeLock().clearPoison();
    a.writeLock().unlock();
    a.readLock().lock();
    a.readLock().unlock();
  }

  @Test
  void writerThatDiesBehindItsSectionPoisonsNothing() {
    SharedRwLock b = other.rwLock("rw");
    b.writeLock().lock();
    Killer.arm(EnumSet.of(Step.WRITER_CLEARED), 1, other::die);
    assertThatThrownBy(b.writeLock()::unlock);
    SharedRwLock a = one.rwLock("rw");
    a.writeLock().lock();
    a.writeLock().unlock();
  }

  @ParameterizedTest
  @EnumSource
  void interruptEndsTheWaitForReaders(ThreadKind kind) {
    SharedRwLock b = other.rwLock("rw");
    one.rwLock("rw").readLock().lock();
    Crew crew = new Crew(kind);
    Worker writer =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(b.writeLock()::lockInterruptibly));
    Await.until("the writer waits", () -> b.owner() != null);
    writer.interrupt();
    crew.join();
    b.readLock().lock();
    b.readLock().unlock();
  }

  private static long offset(SharedRegion region, Kind kind, String name, int parameter) {
    return new Directory(region.region()).find(kind, name, parameter);
  }

  private static long ownLine(SharedRegion region, Kind kind, String name, int parameter) {
    return offset(region, kind, name, parameter)
        + Layout.PER_SLOT
        + (long) region.region().slot * Layout.SLOT_LINE;
  }

  @Test
  void overwrittenCountOfReadersDoesNotKeepTheRegionOpen() {
    SharedRwLock b = other.rwLock("rw");
    b.readLock().lock();
    b.readLock().unlock();
    other.region().setLong(ownLine(other, Kind.RW_LOCK, "rw", 0), -1);
    other.close();
    assertThat(other.region().isClosed()).isTrue();
  }

  // ---- Semaphore

  @Test
  void overwrittenCountOfPermitsDoesNotKeepTheRegionOpen() throws InterruptedException {
    SharedSemaphore b = other.semaphore("s", 3);
    b.acquire(2);
    b.release(2);
    long generation = (long) other.region().generation << Integer.SIZE;
    other.region().setLong(ownLine(other, Kind.SEMAPHORE, "s", 3), generation | 1);
    assertThat(b.heldPermits()).isZero();
    other.close();
    assertThat(other.region().isClosed()).isTrue();
  }

  @Test
  void overwrittenNumberOfPermitsOverflowsNoCount() throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 3);
    long permits = offset(one, Kind.SEMAPHORE, "s", 3) + Layout.SEMAPHORE_PERMITS;
    one.region().setInt(permits, -1);
    a.acquire(Integer.MAX_VALUE);
    assertThatExceptionOfType(SharedRegionLostException.class).isThrownBy(() -> a.acquire(2));
    assertThat(a.heldPermits()).isEqualTo(Integer.MAX_VALUE);
    a.release(Integer.MAX_VALUE);
    assertThat(a.heldPermits()).isZero();
  }

  @Test
  void logOfAnOwnerThatWasNotMarkedIsDone() throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 10, SharedSemaphore.OnDeath.LOSE);
    long log =
        new Directory(one.region()).find(Kind.SEMAPHORE, "s", 10, true) + Layout.SEMAPHORE_LOG;
    long slot = other.region().slot + 1L;
    other.semaphore("s", 10, SharedSemaphore.OnDeath.LOSE).acquire(3);
    other.region().setLong(log, (slot << Integer.SIZE) | 4);
    regions.kill(other);
    assertThat(a.availablePermits()).isEqualTo(6);
    assertThat(one.region().getLong(log)).isZero();
  }

  @Test
  void permitsAreCountedAcrossHandles() throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 3);
    SharedSemaphore b = other.semaphore("s", 3);
    a.acquire(2);
    b.acquire();
    assertThat(b.tryAcquire()).isFalse();
    assertThat(b.tryAcquire(1, 1, MILLISECONDS)).isFalse();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> b.release(2));
    a.release();
    assertThat(b.tryAcquire()).isTrue();
    assertThat(a.availablePermits()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void releaseWakesTheOtherHandle(ThreadKind kind) throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 1);
    SharedSemaphore b = other.semaphore("s", 1);
    a.acquire();
    Crew crew = new Crew(kind);
    Worker waiter = crew.start(() -> b.acquire());
    waiter.awaitBlocked();
    a.release();
    crew.join();
    assertThat(b.heldPermits()).isOne();
  }

  @Test
  void permitsOfTheDeadReturnToThoseThatWait() throws InterruptedException {
    other.semaphore("s", 2).acquire(2);
    Crew crew = new Crew(ThreadKind.MIXED);
    SharedSemaphore a = one.semaphore("s", 2);
    crew.start(2, a::acquire);
    regions.kill(other);
    crew.join();
    assertThat(a.heldPermits()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"PERMITS_LOGGED", "PERMITS_LOST"})
  void permitsOfTheDeadAreLostOnceWhoeverDiesOverIt(Step step) throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 10, SharedSemaphore.OnDeath.LOSE);
    SharedRegion third = regions.open();
    third.semaphore("s", 10, SharedSemaphore.OnDeath.LOSE).acquire(3);
    regions.kill(third);
    SharedSemaphore b = other.semaphore("s", 10, SharedSemaphore.OnDeath.LOSE);
    Killer.arm(EnumSet.of(step), 1, other::die);
    assertThatThrownBy(() -> b.acquire(8));
    Killer.disarm();
    assertThat(a.availablePermits()).isEqualTo(7);
    assertThat(a.availablePermits()).isEqualTo(7);
  }

  // ---- Condition

  @ParameterizedTest
  @EnumSource
  void signalReachesAWaiterOfTheOtherHandle(ThreadKind kind) {
    MemorySegment a = one.data("d", 8);
    MemorySegment b = other.data("d", 8);
    SharedMutex mutexA = one.mutex("m");
    SharedMutex mutexB = other.mutex("m");
    SharedCondvar changedA = one.condvar("c", mutexA);
    SharedCondvar changedB = other.condvar("c", mutexB);
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() -> {
          mutexB.lock();
          changedB.awaitUntil(() -> b.get(JAVA_LONG, 0) != 0);
          mutexB.unlock();
        });
    waiter.awaitBlocked();
    mutexA.lock();
    a.set(JAVA_LONG, 0, 1);
    changedA.signal();
    mutexA.unlock();
    crew.join();
  }

  @ParameterizedTest
  @EnumSource
  void interruptEndsTheWaitForAConditionWithTheMutexHeld(ThreadKind kind) {
    SharedMutex mutex = one.mutex("m");
    SharedCondvar condvar = one.condvar("c", mutex);
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() -> {
          mutex.lock();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> condvar.awaitUntil(() -> false));
          mutex.unlock();
        });
    waiter.awaitBlocked();
    waiter.interrupt();
    crew.join();
  }

  @Test
  void waiterIsToldOfADeathWithTheMutexHeld() {
    SharedMutex mutex = one.mutex("m");
    SharedCondvar condvar = one.condvar("c", mutex);
    Crew crew = new Crew(ThreadKind.MIXED);
    Worker waiter =
        crew.start(() -> {
          mutex.lock();
          assertThatExceptionOfType(OwnerDiedException.class)
              .isThrownBy(() -> condvar.awaitUntil(() -> false));
          mutex.clearPoison();
          mutex.unlock();
        });
    waiter.awaitBlocked();
    SharedMutex dying = other.mutex("m");
    dying.lock();
    other.condvar("c", dying).signalAll();
    regions.kill(other);
    crew.join();
    mutex.lock();
    mutex.unlock();
  }

  @ParameterizedTest
  @EnumSource
  void deathBeforeTheSignalEndsTheWait(ThreadKind kind) {
    SharedMutex mutex = one.mutex("m", _ -> {});
    SharedCondvar condvar = one.condvar("c", mutex);
    MemorySegment data = one.data("d", 8);
    Crew crew = new Crew(kind);
    Worker waiter =
        crew.start(() -> {
          mutex.lock();
          condvar.awaitUntil(() -> data.get(JAVA_LONG, 0) != 0);
          mutex.unlock();
        });
    waiter.awaitBlocked();
    SharedMutex dying = other.mutex("m");
    dying.lock();
    other.data("d", 8).set(JAVA_LONG, 0, 1);
    regions.kill(other);
    crew.join();
  }

  @Test
  void waitTimesOut() throws InterruptedException {
    SharedMutex mutex = one.mutex("m");
    SharedCondvar condvar = one.condvar("c", mutex);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(condvar::signal);
    mutex.lock();
    assertThat(condvar.awaitUntil(() -> false, 3, MILLISECONDS)).isFalse();
    assertThat(mutex.isHeldByCurrentThread()).isTrue();
    mutex.unlock();
  }

  // ---- Sequence lock

  @Test
  void recordIsReadAsItWasWritten() {
    SharedSeqLock a = one.seqLock("r", 20);
    a.write(record -> record.set(JAVA_LONG, 8, 5));
    MemorySegment copy = other.seqLock("r", 20).read();
    assertThat(copy.byteSize()).isEqualTo(20);
    assertThat(copy.get(JAVA_LONG, 8)).isEqualTo(5);
  }

  @Test
  void changeThatThrowsLeavesTheRecordAsItWas() {
    SharedSeqLock a = one.seqLock("r", 8);
    a.write(record -> record.set(JAVA_LONG, 0, 5));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            a.write(record -> {
              record.set(JAVA_LONG, 0, 6);
              throw new ArithmeticException("for the test");
            }));
    assertThat(other.seqLock("r", 8).read().get(JAVA_LONG, 0)).isEqualTo(5);
  }

  @Test
  void writerThatDiesPoisonsTheRecordUntilItIsWrittenAnew() {
    SharedSeqLock b = other.seqLock("r", 8);
    assertThatThrownBy(() ->
        b.write(record -> {
          record.set(JAVA_LONG, 0, 6);
          other.die();
        }));
    SharedSeqLock a = one.seqLock("r", 8);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(a::read);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(() -> a.write(_ -> {}));
    assertThat(a.writeForced(record -> record.set(JAVA_LONG, 0, 7))).isTrue();
    assertThat(a.read().get(JAVA_LONG, 0)).isEqualTo(7);
    assertThat(a.isPoisoned()).isFalse();
  }

  @Test
  void oddSequencePoisonsTheRecordAlsoWithoutAMark() {
    SharedSeqLock a = one.seqLock("r", 8);
    long sequence = offset(one, Kind.SEQ_LOCK, "r", 8) + Layout.SEQ_SEQUENCE;
    one.region().setInt(sequence, 5);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(() -> a.write(_ -> {}));
    assertThat(a.isPoisoned()).isTrue();
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(a::read);
    assertThat(a.writeForced(record -> record.set(JAVA_LONG, 0, 7))).isTrue();
    assertThat(other.seqLock("r", 8).read().get(JAVA_LONG, 0)).isEqualTo(7);
  }

  // ---- Names

  @Test
  void nameLeavesRoomForAZero() {
    SharedMutex mutex = one.mutex("n".repeat(95));
    assertThat(mutex.tryLock()).isTrue();
    mutex.unlock();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> one.mutex("n".repeat(96)));
  }
}
