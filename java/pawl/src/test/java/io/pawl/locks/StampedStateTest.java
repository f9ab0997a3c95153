package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What stamps stand for and what can be done with them, without waiting. The tests ask nothing that
 * the class of the JDK would not do.
 */
class StampedStateTest extends StampedKit {

  // ---- Acquiring and unlocking

  @Test
  void everyWayOfWritingHoldsTheLockUntilUnlock() throws InterruptedException {
    assertWriteThenUnlock(lock.writeLock());
    assertWriteThenUnlock(lock.writeLockInterruptibly());
    assertWriteThenUnlock(lock.tryWriteLock());
    assertWriteThenUnlock(lock.tryWriteLock(1, HOURS));
    assertWriteThenUnlock(lock.tryWriteLock(0, NANOSECONDS));
    assertWriteThenUnlock(lock.tryWriteLock(-1, HOURS));
  }

  private void assertWriteThenUnlock(long stamp) {
    assertWriteStamp(stamp);
    assertWritten();
    lock.unlockWrite(stamp);
    assertFree();
  }

  @Test
  void everyWayOfReadingHoldsTheLockUntilUnlock() throws InterruptedException {
    assertReadThenUnlock(lock.readLock());
    assertReadThenUnlock(lock.readLockInterruptibly());
    assertReadThenUnlock(lock.tryReadLock());
    assertReadThenUnlock(lock.tryReadLock(1, HOURS));
    assertReadThenUnlock(lock.tryReadLock(0, NANOSECONDS));
    assertReadThenUnlock(lock.tryReadLock(-1, HOURS));
  }

  private void assertReadThenUnlock(long stamp) {
    assertReadStamp(stamp);
    assertRead(1);
    lock.unlockRead(stamp);
    assertFree();
  }

  @Test
  void unlockTakesStampsOfEitherLock() {
    lock.unlock(lock.writeLock());
    assertFree();
    long stamp = lock.readLock();
    long other = lock.readLock();
    lock.unlock(stamp);
    assertRead(1);
    lock.unlock(other);
    assertFree();
  }

  @Test
  void stampsOfWritersDifferAndZeroIsNoneOfThem() {
    Set<Long> stamps = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      assertThat(stamps.add(writeAndUnlock())).isTrue();
    }
    assertThat(stamps).doesNotContain(0L);
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitThrowsWhateverTheState() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> lock.tryReadLock(1, null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> lock.tryWriteLock(1, null));
    assertFree();
  }

  // ---- Mistakes

  @Test
  void unlockOfAFreeLockThrowsWhateverTheStamp() {
    long read = lock.readLock();
    lock.unlockRead(read);
    long write = writeAndUnlock();
    for (long stamp : new long[] {0, read, write, lock.tryOptimisticRead(), -1, 1, 128}) {
      assertNotHeld(() -> lock.unlock(stamp));
      assertNotHeld(() -> lock.unlockRead(stamp));
      assertNotHeld(() -> lock.unlockWrite(stamp));
    }
    assertFree();
  }

  @Test
  void unlockWithTheStampOfAnEarlierWriterThrowsAndChangesNothing() {
    long old = writeAndUnlock();
    long stamp = lock.writeLock();
    assertNotHeld(() -> lock.unlockWrite(old));
    assertNotHeld(() -> lock.unlock(old));
    assertNotHeld(() -> lock.unlockRead(stamp));
    assertNotHeld(() -> lock.unlock(0));
    assertWritten();
    lock.unlockWrite(stamp);
    assertFree();
  }

  @Test
  void unlockWithTheStampOfAnEarlierReaderThrowsAndChangesNothing() {
    long old = lock.readLock();
    lock.unlockRead(old);
    long write = writeAndUnlock();
    long stamp = lock.readLock();
    assertNotHeld(() -> lock.unlockRead(old));
    assertNotHeld(() -> lock.unlock(old));
    assertNotHeld(() -> lock.unlock(write));
    assertNotHeld(() -> lock.unlockWrite(stamp));
    assertNotHeld(() -> lock.unlockRead(lock.tryOptimisticRead()));
    assertRead(1);
    lock.unlockRead(stamp);
    assertFree();
  }

  @Test
  void unlockWithoutAStampReleasesOneHold() {
    assertThat(lock.tryUnlockRead()).isFalse();
    assertThat(lock.tryUnlockWrite()).isFalse();
    long stamp = lock.writeLock();
    assertThat(lock.tryUnlockRead()).isFalse();
    assertThat(lock.tryUnlockWrite()).isTrue();
    assertNotHeld(() -> lock.unlockWrite(stamp));
    long _ = read(2);
    assertThat(lock.tryUnlockWrite()).isFalse();
    assertThat(lock.tryUnlockRead()).isTrue();
    assertRead(1);
    assertThat(lock.tryUnlockRead()).isTrue();
    assertThat(lock.tryUnlockRead()).isFalse();
    assertFree();
  }

  // ---- Optimistic reads

  @Test
  void optimisticReadIsValidUntilAWriterComes() {
    long stamp = lock.tryOptimisticRead();
    assertOptimisticStamp(stamp);
    assertThat(lock.validate(stamp)).isTrue();
    long read = lock.readLock();
    assertThat(lock.validate(stamp)).isTrue();
    assertThat(lock.tryOptimisticRead()).isEqualTo(stamp);
    lock.unlockRead(read);
    assertThat(lock.validate(stamp)).isTrue();
    long write = lock.writeLock();
    assertThat(lock.validate(stamp)).isFalse();
    assertThat(lock.tryOptimisticRead()).isZero();
    lock.unlockWrite(write);
    assertThat(lock.validate(stamp)).isFalse();
    assertThat(lock.validate(lock.tryOptimisticRead())).isTrue();
  }

  @Test
  void zeroIsNeverValid() {
    assertThat(lock.validate(0)).isFalse();
    long stamp = lock.writeLock();
    assertThat(lock.validate(0)).isFalse();
    lock.unlockWrite(stamp);
    assertThat(lock.validate(0)).isFalse();
  }

  @Test
  void stampOfALockIsValidWhileItIsHeld() {
    long write = lock.writeLock();
    assertThat(lock.validate(write)).isTrue();
    lock.unlockWrite(write);
    assertThat(lock.validate(write)).isFalse();
    long read = lock.readLock();
    assertThat(lock.validate(read)).isTrue();
    lock.unlockRead(read);
    long second = writeAndUnlock();
    assertThat(lock.validate(read)).isFalse();
    assertThat(lock.validate(second)).isFalse();
  }

  @Test
  void optimisticReadIsValidWhileManyReadersComeAndGo() {
    long stamp = lock.tryOptimisticRead();
    for (int i = 0; i < 3; i++) {
      long read = read(MANY);
      assertThat(lock.validate(stamp)).isTrue();
      assertThat(lock.tryOptimisticRead()).isEqualTo(stamp);
      unlockRead(read, MANY);
      assertThat(lock.validate(stamp)).isTrue();
      assertThat(lock.tryOptimisticRead()).isEqualTo(stamp);
    }
    long _ = writeAndUnlock();
    assertThat(lock.validate(stamp)).isFalse();
  }

  // ---- Many readers

  @Test
  void readersAreCountedHoweverManyThereAre() {
    for (int round = 0; round < 3; round++) {
      long stamp = 0;
      for (int i = 1; i <= 200; i++) {
        stamp = round == 1 ? lock.tryReadLock() : lock.readLock();
        assertReadStamp(stamp);
        assertRead(i);
        assertThat(lock.tryWriteLock()).isZero();
      }
      for (int i = 199; i > 0; i--) {
        lock.unlockRead(stamp);
        assertRead(i);
        assertThat(lock.tryWriteLock()).isZero();
      }
      for (int i = 2; i <= 100; i++) {
        assertReadStamp(lock.readLock());
        assertRead(i);
      }
      unlockRead(stamp, 99);
      assertRead(1);
      lock.unlockRead(stamp);
      assertFree();
      long old = stamp;
      assertNotHeld(() -> lock.unlockRead(old));
      long _ = writeAndUnlock();
    }
  }

  @Test
  void aHundredThousandReadLocksCanBeHeld() {
    long stamp = read(100_000);
    assertRead(100_000);
    unlockRead(stamp, 100_000);
    assertFree();
  }

  // ---- Serialization

  @Test
  void deserializedLockIsFree() throws Exception {
    long write = lock.writeLock();
    assertUsable(Serialized.copy(lock));
    lock.unlockWrite(write);
    long read = read(MANY);
    assertUsable(Serialized.copy(lock));
    unlockRead(read, MANY);
    assertFree();
  }

  private static void assertUsable(StampedLock copy) {
    assertThat(copy.toString()).endsWith("[Unlocked]");
    assertOptimisticStamp(copy.tryOptimisticRead());
    long stamp = copy.readLock();
    assertThat(copy.tryWriteLock()).isZero();
    copy.unlockRead(stamp);
    assertThat(copy.asWriteLock().tryLock()).isTrue();
    assertThat(copy.isWriteLocked()).isTrue();
    copy.asWriteLock().unlock();
  }
}
