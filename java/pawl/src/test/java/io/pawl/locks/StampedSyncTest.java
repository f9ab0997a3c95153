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
        crew.start(() ->
            assertThatExceptionOfType(Error.class).isThrownBy(() -> lock.tryReadLock(1, HOURS)));
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

  // ---- A crowd that is closing: I6

  private static final long NEXT_CROWD = (1L << 32) + StampedSync.COUNT;

  private long get(String word) throws ReflectiveOperationException {
    Field field = StampedSync.class.getDeclaredField(word);
    field.setAccessible(true);
    return field.getLong(lock);
  }

  /** As if the last reader of the first crowd were about to store the state. */
  private void beginClosing() throws ReflectiveOperationException {
    set("crowd", NEXT_CROWD);
    set("state", StampedSync.VERSION + StampedSync.COUNT);
  }

  /** As the last reader of the first crowd ends. */
  private void endClosing() throws ReflectiveOperationException {
    set("state", StampedSync.VERSION + StampedSync.PARITY);
    lock.queue().released();
  }

  @Test
  void lastOfACrowdLeavesTheNextGeneration() throws ReflectiveOperationException {
    unlockRead(read(100), 100);
    assertThat(get("crowd")).isEqualTo(NEXT_CROWD);
    assertThat(get("state")).isEqualTo(StampedSync.VERSION + StampedSync.PARITY);
    assertFree();
  }

  @Test
  void closingCrowdHasNoReadersAndKeepsWritersOut() throws ReflectiveOperationException {
    beginClosing();
    assertThat(lock.getReadLockCount()).isZero();
    assertThat(lock.isReadLocked()).isFalse();
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.tryUnlockRead()).isFalse();
    assertNotHeld(() -> lock.unlockRead(StampedSync.VERSION + StampedSync.READER));
    assertThat(lock.tryWriteLock()).isZero();
    long optimistic = lock.tryOptimisticRead();
    assertThat(lock.tryConvertToWriteLock(optimistic)).isZero();
    endClosing();
    assertThat(lock.validate(optimistic)).isTrue();
    assertFree();
  }

  @Test
  void readersThatMayNotFailWaitForTheEndOfAClosing() throws ReflectiveOperationException {
    beginClosing();
    Worker reader = crew.start(() -> lock.unlockRead(lock.tryReadLock()));
    Worker converter =
        crew.start(() -> lock.unlockRead(lock.tryConvertToReadLock(lock.tryOptimisticRead())));
    assertThat(reader.isDone()).isFalse();
    assertThat(converter.isDone()).isFalse();
    assertThat(get("crowd")).isEqualTo(NEXT_CROWD);
    endClosing();
    reader.join();
    converter.join();
    assertFree();
  }

  @Test
  void waitersAreWokenAtTheEndOfAClosing() throws ReflectiveOperationException {
    beginClosing();
    Worker reader = crew.start(() -> lock.unlockRead(lock.readLock()));
    reader.awaitBlocked();
    Worker writer = crew.start(() -> lock.unlockWrite(lock.writeLock()));
    writer.awaitBlocked();
    endClosing();
    reader.join();
    writer.join();
    assertFree();
  }
}
