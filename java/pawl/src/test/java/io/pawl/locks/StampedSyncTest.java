package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Worker;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

/** The ends of the words that a stamped lock is made of, which no test could count up to. */
class StampedSyncTest extends StampedKit {

  private static final int MAX = Integer.MAX_VALUE;

  private void set(String word, long value) throws ReflectiveOperationException {
    Field field = StampedSync.class.getDeclaredField(word);
    field.setAccessible(true);
    field.setLong(lock, value);
  }

  /** Takes read locks up to the maximum; the stamp of one of them. */
  private long readToTheMaximum() throws ReflectiveOperationException {
    long stamp = read(100);
    set("crowd", MAX - 1);
    assertReadStamp(lock.readLock());
    assertRead(MAX);
    return stamp;
  }

  @Test
  void versionGoesRoundWithoutZero() throws ReflectiveOperationException {
    set("state", -StampedSync.VERSION);
    long before = lock.tryOptimisticRead();
    assertOptimisticStamp(before);
    long write = lock.writeLock();
    assertWriteStamp(write);
    lock.unlockWrite(write);
    long after = lock.tryOptimisticRead();
    assertOptimisticStamp(after);
    assertThat(lock.validate(after)).isTrue();
    assertThat(lock.validate(before)).isFalse();
    assertThat(lock.validate(write)).isFalse();
    assertThat(lock.validate(0)).isFalse();
    lock.unlockRead(lock.readLock());
    assertWriteStamp(writeAndUnlock());
    assertFree();
  }

  @Test
  void versionGoesRoundInConversionsToo() throws ReflectiveOperationException {
    set("state", -StampedSync.VERSION);
    long read = lock.tryConvertToReadLock(lock.writeLock());
    assertReadStamp(read);
    assertRead(1);
    lock.unlockRead(read);
    set("state", -StampedSync.VERSION);
    assertOptimisticStamp(lock.tryConvertToOptimisticRead(lock.writeLock()));
    assertFree();
  }

  @Test
  void readLockBeyondTheMaximumThrowsAndChangesNothing() throws ReflectiveOperationException {
    long stamp = readToTheMaximum();
    assertThatExceptionOfType(Error.class).isThrownBy(lock::readLock);
    assertThatExceptionOfType(Error.class).isThrownBy(lock::readLockInterruptibly);
    assertThatExceptionOfType(Error.class).isThrownBy(lock::tryReadLock);
    assertThatExceptionOfType(Error.class).isThrownBy(() -> lock.tryReadLock(1, HOURS));
    assertThatExceptionOfType(Error.class)
        .isThrownBy(() -> lock.tryConvertToReadLock(lock.tryOptimisticRead()));
    assertRead(MAX);
    lock.unlockRead(stamp);
    assertRead(MAX - 1);
    set("crowd", 1);
    lock.unlockRead(stamp);
    assertFree();
  }

  @Test
  void readerThatComesToItsTurnAtTheMaximumThrows() throws ReflectiveOperationException {
    long stamp = readToTheMaximum();
    Worker writer =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(lock::writeLockInterruptibly));
    writer.awaitBlocked();
    Worker reader =
        crew.start(() -> assertThatExceptionOfType(Error.class).isThrownBy(lock::readLock));
    reader.awaitBlocked();
    assertThat(lock.queueLength()).isEqualTo(2);
    writer.interrupt();
    writer.join();
    reader.join();
    assertThat(lock.queueLength()).isZero();
    assertRead(MAX);
    set("crowd", 1);
    lock.unlockRead(stamp);
    assertFree();
  }
}
