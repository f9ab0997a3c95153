package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an RwLock has beside what all read-write locks promise. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class RwLockTest extends ReadWriteLockContract {

  private final RwLock lock;
  private final RwLock.ReadLock read;
  private final RwLock.WriteLock write;

  RwLockTest(ThreadKind kind) {
    super(kind, ReadWrite.rwLock(new RwLock()));
    this.lock = (RwLock) both.lock();
    this.read = lock.readLock();
    this.write = lock.writeLock();
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
  void downgradeByAnybodyElseThrows() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::downgrade);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::downgrade);
    read.unlock();
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
