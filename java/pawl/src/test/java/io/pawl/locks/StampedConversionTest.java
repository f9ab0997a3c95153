package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What stamps can be turned into. The tests ask nothing that the class of the JDK would not do. */
class StampedConversionTest extends StampedKit {

  // ---- Conversion to the write lock

  @Test
  void writeLockConvertsToItself() {
    long stamp = lock.writeLock();
    assertThat(lock.tryConvertToWriteLock(stamp)).isEqualTo(stamp);
    assertWritten();
    lock.unlockWrite(stamp);
  }

  @Test
  void onlyReadLockConvertsToTheWriteLock() {
    long before = lock.tryOptimisticRead();
    long read = lock.readLock();
    long write = lock.tryConvertToWriteLock(read);
    assertWriteStamp(write);
    assertWritten();
    assertThat(lock.validate(before)).isFalse();
    assertNotHeld(() -> lock.unlockRead(read));
    lock.unlockWrite(write);
    assertFree();
  }

  @Test
  void oneOfSeveralReadLocksDoesNotConvertToTheWriteLock() {
    for (int count : new int[] {2, 62, 63, 64, MANY}) {
      long stamp = read(count);
      assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
      assertRead(count);
      unlockRead(stamp, count - 1);
      long write = lock.tryConvertToWriteLock(stamp);
      assertWriteStamp(write);
      assertWritten();
      lock.unlockWrite(write);
      assertFree();
    }
  }

  @Test
  void validOptimisticReadConvertsToTheWriteLockOfAFreeLock() {
    long stamp = lock.tryOptimisticRead();
    long read = lock.readLock();
    assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
    assertRead(1);
    lock.unlockRead(read);
    long write = lock.tryConvertToWriteLock(stamp);
    assertWriteStamp(write);
    assertWritten();
    assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
    lock.unlockWrite(write);
  }

  @Test
  void staleStampsDoNotConvertToTheWriteLock() {
    long optimistic = lock.tryOptimisticRead();
    long read = lock.readLock();
    lock.unlockRead(read);
    assertThat(lock.tryConvertToWriteLock(read)).isZero();
    long write = writeAndUnlock();
    for (long stamp : new long[] {0, optimistic, read, write}) {
      assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
      long held = lock.readLock();
      assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
      assertRead(1);
      lock.unlockRead(held);
      long writing = lock.writeLock();
      assertThat(lock.tryConvertToWriteLock(stamp)).isZero();
      lock.unlockWrite(writing);
    }
    assertFree();
  }

  // ---- Conversion to a read lock

  @Test
  void writeLockConvertsToAReadLock() {
    long write = lock.writeLock();
    long read = lock.tryConvertToReadLock(write);
    assertReadStamp(read);
    assertRead(1);
    assertNotHeld(() -> lock.unlockWrite(write));
    long other = lock.tryReadLock();
    assertReadStamp(other);
    lock.unlockRead(read);
    lock.unlockRead(other);
    assertFree();
  }

  @Test
  void readLockConvertsToItself() {
    long stamp = lock.readLock();
    assertThat(lock.tryConvertToReadLock(stamp)).isEqualTo(stamp);
    assertRead(1);
    lock.unlockRead(stamp);
    long many = read(MANY);
    assertThat(lock.tryConvertToReadLock(many)).isEqualTo(many);
    assertRead(MANY);
    unlockRead(many, MANY);
    assertFree();
  }

  @Test
  void validOptimisticReadConvertsToAReadLock() {
    long optimistic = lock.tryOptimisticRead();
    for (int i = 1; i <= MANY; i++) {
      assertReadStamp(lock.tryConvertToReadLock(optimistic));
      assertThat(lock.getReadLockCount()).isEqualTo(i);
    }
    unlockRead(lock.tryConvertToReadLock(optimistic), MANY + 1);
    assertFree();
  }

  @Test
  void staleStampsDoNotConvertToAReadLock() {
    long optimistic = lock.tryOptimisticRead();
    long read = lock.readLock();
    lock.unlockRead(read);
    assertThat(lock.tryConvertToReadLock(read)).isZero();
    long write = writeAndUnlock();
    for (long stamp : new long[] {0, optimistic, read, write}) {
      assertThat(lock.tryConvertToReadLock(stamp)).isZero();
      assertFree();
      long writing = lock.writeLock();
      assertThat(lock.tryConvertToReadLock(stamp)).isZero();
      assertWritten();
      lock.unlockWrite(writing);
    }
  }

  // ---- Conversion to an optimistic read

  @Test
  void writeLockConvertsToAnOptimisticRead() {
    long write = lock.writeLock();
    long optimistic = lock.tryConvertToOptimisticRead(write);
    assertOptimisticStamp(optimistic);
    assertThat(lock.validate(optimistic)).isTrue();
    assertThat(lock.validate(write)).isFalse();
    assertFree();
  }

  @Test
  void readLocksConvertToOptimisticReads() {
    for (int count : new int[] {1, 2, 62, 63, 64, MANY}) {
      long read = read(count);
      for (int left = count - 1; left >= 0; left--) {
        long optimistic = lock.tryConvertToOptimisticRead(read);
        assertOptimisticStamp(optimistic);
        assertThat(lock.validate(optimistic)).isTrue();
        assertThat(lock.getReadLockCount()).isEqualTo(left);
      }
      assertThat(lock.tryConvertToOptimisticRead(read)).isZero();
      assertFree();
    }
  }

  @Test
  void optimisticReadConvertsToItselfWhileItIsValid() {
    long stamp = lock.tryOptimisticRead();
    assertThat(lock.tryConvertToOptimisticRead(stamp)).isEqualTo(stamp);
    long read = lock.readLock();
    assertThat(lock.tryConvertToOptimisticRead(stamp)).isEqualTo(stamp);
    assertRead(1);
    lock.unlockRead(read);
    long write = lock.writeLock();
    assertThat(lock.tryConvertToOptimisticRead(stamp)).isZero();
    assertWritten();
    lock.unlockWrite(write);
    assertThat(lock.tryConvertToOptimisticRead(stamp)).isZero();
    assertThat(lock.tryConvertToOptimisticRead(0)).isZero();
    assertThat(lock.tryConvertToOptimisticRead(write)).isZero();
    assertThat(lock.tryConvertToOptimisticRead(read)).isZero();
    assertFree();
  }
}
