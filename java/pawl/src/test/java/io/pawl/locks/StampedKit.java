package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests of the states of a stamped lock have in common. */
abstract class StampedKit extends Kit {

  /** More than the state word has room for. */
  static final int MANY = 1_000;

  final StampedLock lock = new StampedLock();

  StampedKit() {
    super(ThreadKind.PLATFORM);
  }

  static void assertWriteStamp(long stamp) {
    assertThat(stamp).isNotZero();
    assertThat(StampedLock.isWriteLockStamp(stamp)).isTrue();
    assertThat(StampedLock.isReadLockStamp(stamp)).isFalse();
    assertThat(StampedLock.isLockStamp(stamp)).isTrue();
    assertThat(StampedLock.isOptimisticReadStamp(stamp)).isFalse();
  }

  static void assertReadStamp(long stamp) {
    assertThat(stamp).isNotZero();
    assertThat(StampedLock.isWriteLockStamp(stamp)).isFalse();
    assertThat(StampedLock.isReadLockStamp(stamp)).isTrue();
    assertThat(StampedLock.isLockStamp(stamp)).isTrue();
    assertThat(StampedLock.isOptimisticReadStamp(stamp)).isFalse();
  }

  static void assertOptimisticStamp(long stamp) {
    assertThat(stamp).isNotZero();
    assertThat(StampedLock.isWriteLockStamp(stamp)).isFalse();
    assertThat(StampedLock.isReadLockStamp(stamp)).isFalse();
    assertThat(StampedLock.isLockStamp(stamp)).isFalse();
    assertThat(StampedLock.isOptimisticReadStamp(stamp)).isTrue();
  }

  final void assertFree() {
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.isReadLocked()).isFalse();
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.toString()).endsWith("[Unlocked]");
  }

  final void assertRead(int count) {
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.isReadLocked()).isTrue();
    assertThat(lock.getReadLockCount()).isEqualTo(count);
    assertThat(lock.toString()).endsWith("[Read-locks:" + count + "]");
  }

  final void assertWritten() {
    assertThat(lock.isWriteLocked()).isTrue();
    assertThat(lock.isReadLocked()).isFalse();
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.toString()).endsWith("[Write-locked]");
  }

  static void assertNotHeld(ThrowingCallable unlock) {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(unlock);
  }

  final long writeAndUnlock() {
    long stamp = lock.writeLock();
    lock.unlockWrite(stamp);
    return stamp;
  }

  /** Takes that many read locks; the stamp of one of them. */
  final long read(int count) {
    long stamp = 0;
    for (int i = 0; i < count; i++) {
      stamp = lock.readLock();
    }
    return stamp;
  }

  final void unlockRead(long stamp, int count) {
    for (int i = 0; i < count; i++) {
      lock.unlockRead(stamp);
    }
  }
}
