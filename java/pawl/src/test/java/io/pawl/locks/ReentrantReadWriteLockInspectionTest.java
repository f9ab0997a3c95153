package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a ReentrantReadWriteLock tells about itself, and its copies. */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
@SuppressWarnings({
  "LockNotBeforeTry", // a test that fails leaves the lock as it is
  "WaitNotInLoop" // a wait that returns spuriously fails the test
})
class ReentrantReadWriteLockInspectionTest extends Kit {

  /** Shows what is protected. */
  @SuppressWarnings("serial") // is not serialized
  private static final class OpenLock extends ReentrantReadWriteLock {
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

    List<Thread> queuedReaders() {
      return List.copyOf(getQueuedReaderThreads());
    }

    List<Thread> queuedWriters() {
      return List.copyOf(getQueuedWriterThreads());
    }

    List<Thread> waiting(java.util.concurrent.locks.Condition condition) {
      return List.copyOf(getWaitingThreads(condition));
    }
  }

  /** Another view of the read lock, as a subclass makes it. */
  @SuppressWarnings("serial") // is not serialized
  private static final class OtherReadLock extends ReentrantReadWriteLock.ReadLock {
    OtherReadLock(ReentrantReadWriteLock lock) {
      super(lock);
    }
  }

  /** Another view of the write lock, as a subclass makes it. */
  @SuppressWarnings("serial") // is not serialized
  private static final class OtherWriteLock extends ReentrantReadWriteLock.WriteLock {
    OtherWriteLock(ReentrantReadWriteLock lock) {
      super(lock);
    }
  }

  private final boolean fair;
  private final OpenLock lock;
  private final ReentrantReadWriteLock.ReadLock read;
  private final ReentrantReadWriteLock.WriteLock write;

  ReentrantReadWriteLockInspectionTest(ThreadKind kind, boolean fair) {
    super(kind);
    this.fair = fair;
    lock = new OpenLock(fair);
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

  @Test
  void ownerIsTheWriter() {
    assertThat(lock.getOwner()).isNull();
    read.lock();
    assertThat(lock.getOwner()).isNull();
    read.unlock();
    write.lock();
    read.lock();
    assertThat(lock.getOwner()).isSameAs(Thread.currentThread());
    Worker other =
        crew.start(() -> assertThat(lock.getOwner()).isNotSameAs(Thread.currentThread()));
    other.join();
    write.unlock();
    assertThat(lock.getOwner()).isNull();
    read.unlock();
  }

  @Test
  void queuedThreadsAreToldApartByWhatTheyWaitFor() {
    List<Worker> waiters = new ArrayList<>();
    List<Thread> all = new ArrayList<>();
    write.lock();
    assertThat(lock.queued()).isEmpty();
    assertThat(lock.hasQueuedThreads()).isFalse();
    for (int i = 0; i < 4; i++) {
      Lock side = i % 2 == 0 ? read : write;
      Worker waiter =
          startBlocked(() -> {
            try {
              side.lockInterruptibly();
              side.unlock();
            } catch (InterruptedException _) {
              // One is interrupted.
            }
          });
      waiters.add(waiter);
      all.add(waiter.thread());
      assertThat(lock.hasQueuedThread(waiter.thread())).isTrue();
    }
    assertThat(lock.hasQueuedThreads()).isTrue();
    assertThat(lock.hasQueuedThread(Thread.currentThread())).isFalse();
    assertThat(lock.queued()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(lock.queuedReaders()).containsExactlyInAnyOrder(all.get(0), all.get(2));
    assertThat(lock.queuedWriters()).containsExactlyInAnyOrder(all.get(1), all.get(3));
    waiters.get(1).interrupt();
    waiters.get(1).join();
    assertThat(lock.queuedWriters()).containsExactly(all.get(3));
    assertThat(lock.hasQueuedThread(all.get(1))).isFalse();
    assertThat(lock.getQueueLength()).isEqualTo(3);
    write.unlock();
    crew.join();
    Await.until("an empty queue", () -> lock.getQueueLength() == 0);
    assertThat(lock.queued()).isEmpty();
    assertThat(lock.queuedReaders()).isEmpty();
    assertThat(lock.queuedWriters()).isEmpty();
  }

  @Test
  void waitersForAConditionAreShown() {
    Condition condition = write.newCondition();
    Condition other = write.newCondition();
    List<Thread> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Worker waiter =
          crew.start(() -> {
            write.lock();
            condition.await();
            write.unlock();
          });
      expected.add(waiter.thread());
      int waiting = i + 1;
      Await.until("it waits", () -> waiting(condition) == waiting);
    }
    write.lock();
    assertThat(lock.waiting(condition)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(lock.hasWaiters(condition)).isTrue();
    assertThat(lock.hasWaiters(other)).isFalse();
    assertThat(lock.waiting(other)).isEmpty();
    condition.signal();
    assertThat(lock.getWaitQueueLength(condition)).isEqualTo(2);
    assertThat(lock.queuedWriters()).containsExactly(expected.getFirst());
    assertThat(lock.queuedReaders()).isEmpty();
    condition.signalAll();
    write.unlock();
    crew.join();
  }

  private int waiting(Condition condition) {
    write.lock();
    try {
      return lock.getWaitQueueLength(condition);
    } finally {
      write.unlock();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void inspectionRefusesForeignConditionsNullAndThreadsWithoutTheLock() {
    Condition own = write.newCondition();
    Condition foreign = new ReentrantReadWriteLock().writeLock().newCondition();
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.hasWaiters(own));
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.getWaitQueueLength(own));
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.waiting(own));
    read.unlock();
    write.lock();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.hasWaiters(foreign));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.getWaitQueueLength(foreign));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lock.waiting(foreign));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lock.hasWaiters(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> lock.hasQueuedThread(null));
    write.unlock();
  }

  @Test
  void descriptionsAreThoseOfTheJdk() {
    assertThat(lock.toString()).endsWith("[Write locks = 0, Read locks = 0]");
    assertThat(read.toString()).matches(".*ReadLock@[0-9a-f]+\\[Read locks = 0\\]");
    assertThat(write.toString()).matches(".*WriteLock@[0-9a-f]+\\[Unlocked\\]");
    write.lock();
    write.lock();
    read.lock();
    String owner = Thread.currentThread().getName();
    assertThat(lock.toString()).endsWith("[Write locks = 2, Read locks = 1]");
    assertThat(read.toString()).endsWith("[Read locks = 1]");
    assertThat(write.toString()).endsWith("[Locked by thread " + owner + "]");
    write.unlock();
    write.unlock();
    assertThat(lock.toString()).endsWith("[Write locks = 0, Read locks = 1]");
    assertThat(write.toString()).endsWith("[Unlocked]");
    read.unlock();
  }

  @Test
  void fairnessIsAsConstructed() {
    assertThat(lock.isFair()).isEqualTo(fair);
    assertThat(new ReentrantReadWriteLock().isFair()).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void viewsMadeBySubclassesShareTheLock() {
    OtherReadLock otherRead = new OtherReadLock(lock);
    OtherWriteLock otherWrite = new OtherWriteLock(lock);
    otherRead.lock();
    assertThat(lock.getReadHoldCount()).isOne();
    read.unlock();
    otherWrite.lock();
    assertThat(write.isHeldByCurrentThread()).isTrue();
    write.unlock();
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> new OtherReadLock(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> new OtherWriteLock(null));
  }

  @Test
  void deserializedLockIsFreeAndAsFair() throws Exception {
    ReentrantReadWriteLock original = new ReentrantReadWriteLock(fair);
    original.writeLock().lock();
    original.writeLock().lock();
    original.readLock().lock();
    ReentrantReadWriteLock copy = Serialized.copy(original);
    assertThat(copy.isWriteLocked()).isFalse();
    assertThat(copy.getReadLockCount()).isZero();
    assertThat(copy.getReadHoldCount()).isZero();
    assertThat(copy.getWriteHoldCount()).isZero();
    assertThat(copy.isFair()).isEqualTo(fair);
    copy.readLock().lock();
    assertThat(copy.writeLock().tryLock()).isFalse();
    copy.readLock().unlock();
    assertThat(copy.writeLock().tryLock(1, HOURS)).isTrue();
    copy.writeLock().unlock();
    ReentrantReadWriteLock.ReadLock view = Serialized.copy(original.readLock());
    view.lock();
    assertThat(view.toString()).endsWith("[Read locks = 1]");
    view.unlock();
    original.writeLock().unlock();
    assertThat(original.getWriteHoldCount()).isOne();
  }
}
