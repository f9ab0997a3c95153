package io.pawl.locks;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.internal.fence.Fences;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Read locks through slots: who gets one, what closes them, and what is left to the state. */
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // awaitUntil has the loop
})
class ReadSlotsTest extends Kit {

  private final RwLock lock = new RwLock();
  private final RwLock.ReadLock read = lock.readLock();
  private final RwLock.WriteLock write = lock.writeLock();
  private final RwSync sync = lock.sync();
  private final CountDownLatch release = new CountDownLatch(1);

  ReadSlotsTest() {
    super(ThreadKind.PLATFORM);
  }

  private void lockAndUnlockRead() {
    read.lock();
    read.unlock();
  }

  private void lockAndUnlockRead(int times) {
    for (int i = 0; i < times; i++) {
      lockAndUnlockRead();
    }
  }

  private void lockAndUnlockWrite() {
    write.lock();
    write.unlock();
  }

  /** Has a thread do something and die, so that its slot can be claimed. */
  private static void passing(Worker.Task task) {
    Worker passer = new Crew(ThreadKind.PLATFORM).start(task);
    passer.join();
    awaitDeath(passer.thread());
  }

  /** Opens the slots, none of which has a living owner. */
  private void openSlots() {
    passing(() -> EagerSlots.open(lock));
  }

  private static void awaitDeath(Thread thread) {
    Await.until("the end of " + thread, () -> !thread.isAlive());
  }

  private void assertFree() {
    Await.until("an empty queue", () -> lock.getQueueLength() == 0);
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(write.tryLock()).isTrue();
    write.unlock();
  }

  /** Starts a thread that reads until {@link #release}, and waits until it does. */
  private Worker startReader(Crew of) {
    AtomicBoolean reads = new AtomicBoolean();
    Worker reader =
        of.start(() -> {
          read.lock();
          reads.set(true);
          release.await();
          read.unlock();
        });
    Await.until("another reader", reads::get);
    return reader;
  }

  // ---- Opening and closing

  @Test
  void manyReadsOpenTheSlotsAndAWriterClosesThem() {
    lockAndUnlockRead(RwSync.READS_TO_OPEN - 1);
    assertThat(sync.areSlotsOpen()).isFalse();
    lockAndUnlockRead();
    assertThat(sync.areSlotsOpen()).isTrue();
    read.lock();
    assertThat(sync.slots().holds()).isEqualTo(1);
    read.unlock();
    lockAndUnlockWrite();
    assertThat(sync.areSlotsOpen()).isFalse();
    assertFree();
  }

  @Test
  void virtualThreadsNeitherOpenTheSlotsNorUseThem() {
    Crew virtual = new Crew(ThreadKind.VIRTUAL);
    virtual.start(() -> {
      lockAndUnlockRead(10 * RwSync.READS_TO_OPEN);
    });
    virtual.join();
    assertThat(sync.areSlotsOpen()).isFalse();
    openSlots();
    startReader(virtual);
    assertThat(sync.slots().holds()).isZero();
    startReader(crew);
    assertThat(sync.slots().holds()).isEqualTo(1);
    assertThat(write.tryLock()).isFalse();
    release.countDown();
    virtual.join();
    crew.join();
    assertFree();
  }

  @Test
  void slotsAreNotOpenedWhileAWriterWaits() {
    startReader(crew);
    Worker writer = crew.start(this::lockAndUnlockWrite);
    writer.awaitBlocked();
    EagerSlots.hasten(sync);
    assertThat(read.tryLock()).isFalse();
    assertThat(sync.areSlotsOpen()).isFalse();
    release.countDown();
    crew.join();
    assertFree();
  }

  @Test
  void tryLockForWritingSucceedsWhileSlotsAreOpenAndEmpty() {
    EagerSlots.open(lock);
    assertThat(write.tryLock()).isTrue();
    assertThat(lock.isWriteLocked()).isTrue();
    assertThat(read.tryLock()).isFalse();
    assertThat(lock.getReadLockCount()).isZero();
    write.unlock();
    assertFree();
  }

  @Test
  void slotsThatWereOpenedWithSymmetricFencesServeAsWell() {
    openSlots();
    sync.state = RwSync.FENCED;
    passing(() -> lockAndUnlockRead(ReadSlots.READS_TO_LOOK));
    assertThat(sync.state).isEqualTo(Fences.isHeavyDear() ? RwSync.LIGHT : RwSync.FENCED);
    sync.state = RwSync.FENCED;
    startReader(crew);
    sync.state = RwSync.FENCED;
    assertThat(sync.slots().holds()).isEqualTo(1);
    assertThat(write.tryLock()).isFalse();
    assertThat(sync.state).isEqualTo(RwSync.CLOSING);
    release.countDown();
    crew.join();
    assertFree();
  }

  // ---- Writers against readers in slots

  @Test
  void readerInItsSlotKeepsWritersOutUntilItLeaves() {
    openSlots();
    startReader(crew);
    assertThat(sync.slots().holds()).isEqualTo(1);
    assertThat(write.tryLock()).isFalse();
    assertThat(sync.areSlotsOpen()).isFalse();
    AtomicBoolean written = new AtomicBoolean();
    Worker writer =
        crew.start(() -> {
          write.lock();
          written.set(true);
          write.unlock();
        });
    writer.awaitBlocked();
    assertThat(written).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    release.countDown();
    crew.join();
    assertFree();
  }

  @Test
  void writerThatGivesUpLetsOthersReadBesideTheReaderThatStays() throws InterruptedException {
    openSlots();
    startReader(crew);
    assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
    Worker interrupted =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(write::lockInterruptibly));
    interrupted.awaitBlocked();
    interrupted.interrupt();
    interrupted.join();
    assertThat(sync.state).isEqualTo(RwSync.CLOSING);
    read.lock();
    assertThat(lock.getReadLockCount()).isEqualTo(2);
    read.unlock();
    release.countDown();
    crew.join();
    assertThat(sync.state).isZero();
    assertFree();
  }

  @Test
  void readersBehindAWaitingWriterAreServedAfterIt() {
    EagerSlots.open(lock);
    AtomicInteger order = new AtomicInteger();
    read.lock();
    Worker writer =
        crew.start(() -> {
          write.lock();
          assertThat(order.incrementAndGet()).isEqualTo(1);
          write.unlock();
        });
    writer.awaitBlocked();
    assertThat(read.tryLock()).isFalse();
    Worker reader =
        crew.start(() -> {
          read.lock();
          assertThat(order.incrementAndGet()).isEqualTo(2);
          read.unlock();
        });
    reader.awaitBlocked();
    read.unlock();
    crew.join();
    assertFree();
  }

  @Test
  void conditionsAndDowngradeCloseTheSlots() throws InterruptedException {
    Condvar changed = write.newCondition();
    AtomicBoolean done = new AtomicBoolean();
    Worker waiter =
        crew.start(() -> {
          write.lock();
          changed.awaitUntil(done::get);
          assertThat(sync.areSlotsOpen()).isFalse();
          write.downgrade();
          assertThat(lock.getReadLockCount()).isEqualTo(1);
          read.unlock();
        });
    waiter.awaitBlocked();
    EagerSlots.open(lock);
    write.lock();
    done.set(true);
    changed.signalAll();
    write.unlock();
    crew.join();
    assertFree();
  }

  // ---- More readers and holds than slots

  @Test
  void threadsWithoutASlotAreCountedBesideIt() {
    openSlots();
    int readers = 2 * ReadSlots.LENGTH + 1;
    for (int i = 0; i < readers; i++) {
      startReader(crew);
    }
    assertThat(lock.getReadLockCount()).isEqualTo(readers);
    assertThat(sync.slots().holds()).isBetween(1, ReadSlots.LENGTH);
    assertThat(write.tryLock()).isFalse();
    release.countDown();
    crew.join();
    assertThat(lock.getReadLockCount()).isZero();
    assertFree();
  }

  @Test
  void holdsThatDoNotFitIntoTheSlotAreCountedBesideIt() {
    EagerSlots.open(lock);
    int holds = 3 * ReadSlots.MAX_COUNT;
    for (int i = 1; i <= holds; i++) {
      read.lock();
      assertThat(lock.getReadLockCount()).isEqualTo(i);
    }
    assertThat(sync.slots().holds()).isEqualTo(ReadSlots.MAX_COUNT);
    for (int i = holds; i > 0; i--) {
      assertThat(write.tryLock()).isFalse();
      read.unlock();
      assertThat(lock.getReadLockCount()).isEqualTo(i - 1);
    }
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertFree();
  }

  @Test
  void oneThreadReadsManyLocksAtOnce() {
    List<RwLock> locks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RwLock each = EagerSlots.opened();
      locks.add(each);
      each.readLock().lock();
      each.readLock().lock();
    }
    for (RwLock each : locks) {
      assertThat(each.writeLock().tryLock()).isFalse();
      each.readLock().unlock();
      assertThat(each.writeLock().tryLock()).isFalse();
      each.readLock().unlock();
      assertThat(each.writeLock().tryLock()).isTrue();
      each.writeLock().unlock();
    }
  }

  @Test
  void moreReadersThanCanBeCountedAreAnError() {
    sync.state = RwSync.MAX;
    assertThatExceptionOfType(Error.class).isThrownBy(read::lock);
    assertThat(lock.getReadLockCount()).isEqualTo(RwSync.MAX);
    sync.state = 0;
    EagerSlots.open(lock);
    int open = sync.state;
    sync.state = open + RwSync.MAX;
    Worker other =
        new Crew(ThreadKind.VIRTUAL)
            .start(() -> assertThatExceptionOfType(Error.class).isThrownBy(read::lock));
    other.join();
    sync.state = open;
    assertFree();
  }

  // ---- Mistakes and dead threads

  @Test
  void unlockByAThreadThatHoldsNothingThrows() {
    EagerSlots.open(lock);
    read.lock();
    Worker other =
        crew.start(() ->
            assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock));
    other.join();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertFree();
  }

  /**
   * Has a new thread, whose slot is that of another one, read; tells whether it was in the slot.
   */
  private boolean readsInTheSlotOf(Thread other) {
    AtomicBoolean result = new AtomicBoolean();
    for (; ; ) {
      Thread thread =
          ThreadKind.PLATFORM.newThread(
              0,
              () -> {
                read.lock();
                result.set(sync.slots().isOwner());
                read.unlock();
              });
      if (ReadSlots.index(ReadSlots.key(thread)) == ReadSlots.index(ReadSlots.key(other))) {
        thread.start();
        awaitDeath(thread);
        return result.get();
      }
    }
  }

  @Test
  void slotOfADeadThreadGoesToAnotherUnlessItHoldsTheLock() throws InterruptedException {
    openSlots();
    Worker living = startReader(crew);
    assertThat(readsInTheSlotOf(living.thread())).isFalse();
    release.countDown();
    crew.join();
    awaitDeath(living.thread());
    assertThat(readsInTheSlotOf(living.thread())).isTrue();

    Worker holder = crew.start(read::lock);
    crew.join();
    awaitDeath(holder.thread());
    assertThat(readsInTheSlotOf(holder.thread())).isFalse();
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
  }
}
