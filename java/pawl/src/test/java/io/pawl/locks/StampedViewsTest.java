package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stamped lock seen as locks without stamps. The tests ask nothing that the class of the JDK
 * would not do.
 */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class StampedViewsTest extends Kit {

  private final StampedLock lock = new StampedLock();
  private final Lock read = lock.asReadLock();
  private final Lock write = lock.asWriteLock();

  StampedViewsTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startBlocked(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private static void lockAndUnlock(Lock lock) {
    lock.lock();
    lock.unlock();
  }

  private void assertFree() {
    assertThat(lock.toString()).endsWith("[Unlocked]");
  }

  @Test
  void everyWayOfLockingAWriteViewHoldsTheWriteLockUntilUnlock() throws InterruptedException {
    write.lock();
    assertWrittenThenUnlock();
    write.lockInterruptibly();
    assertWrittenThenUnlock();
    assertThat(write.tryLock()).isTrue();
    assertWrittenThenUnlock();
    assertThat(write.tryLock(1, HOURS)).isTrue();
    assertWrittenThenUnlock();
  }

  private void assertWrittenThenUnlock() throws InterruptedException {
    assertThat(lock.isWriteLocked()).isTrue();
    assertThat(write.tryLock()).isFalse();
    assertThat(write.tryLock(1, MILLISECONDS)).isFalse();
    assertThat(read.tryLock()).isFalse();
    assertThat(read.tryLock(1, MILLISECONDS)).isFalse();
    write.unlock();
    assertFree();
  }

  @Test
  void everyWayOfLockingAReadViewAddsAReadLock() throws InterruptedException {
    read.lock();
    read.lockInterruptibly();
    assertThat(read.tryLock()).isTrue();
    assertThat(read.tryLock(1, HOURS)).isTrue();
    assertThat(write.tryLock()).isFalse();
    for (int left = 4; left > 0; left--) {
      assertThat(lock.getReadLockCount()).isEqualTo(left);
      read.unlock();
    }
    assertFree();
  }

  @Test
  void viewsAndStampsAreOfOneLock() {
    write.lock();
    assertThat(lock.tryReadLock()).isZero();
    write.unlock();
    assertThat(lock.writeLock()).isNotZero();
    write.unlock();
    assertFree();
    long stamp = lock.readLock();
    read.lock();
    lock.unlockRead(stamp);
    lock.unlockRead(stamp);
    assertFree();
  }

  @Test
  void unlockOfWhatIsNotHeldThrowsAndChangesNothing() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::unlock);
    read.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(write::unlock);
    assertThat(lock.getReadLockCount()).isEqualTo(1);
    read.unlock();
    write.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(read::unlock);
    assertThat(lock.isWriteLocked()).isTrue();
    write.unlock();
    assertFree();
  }

  @Test
  void anyThreadCanUnlockAView() {
    write.lock();
    Worker other = crew.start(write::unlock);
    other.join();
    read.lock();
    Worker third = crew.start(read::unlock);
    third.join();
    assertFree();
  }

  @Test
  void viewsHaveNoConditions() {
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(read::newCondition);
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(write::newCondition);
  }

  @Test
  void viewsAreTheSameEachTime() {
    ReadWriteLock both = lock.asReadWriteLock();
    assertThat(lock.asReadWriteLock()).isSameAs(both);
    assertThat(lock.asReadLock()).isSameAs(read);
    assertThat(lock.asWriteLock()).isSameAs(write);
    assertThat(both.readLock()).isSameAs(read);
    assertThat(both.writeLock()).isSameAs(write);
  }

  @Test
  void waitersOfViewsAreWokenByStampsAndTheOtherWayRound() {
    long stamp = lock.writeLock();
    Worker reader = startBlocked(() -> lockAndUnlock(read));
    Worker writer = startBlocked(() -> lockAndUnlock(write));
    lock.unlockWrite(stamp);
    reader.join();
    writer.join();
    write.lock();
    Worker stamped = startBlocked(() -> lock.unlockRead(lock.readLock()));
    write.unlock();
    stamped.join();
    assertFree();
  }

  @Test
  void interruptedWaiterDoesNotReportSuccess() {
    write.lock();
    for (Lock view : new Lock[] {read, write}) {
      Worker untimed =
          startBlocked(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(view::lockInterruptibly));
      Worker timed =
          startBlocked(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> view.tryLock(1, HOURS)));
      untimed.interrupt();
      timed.interrupt();
    }
    crew.join();
    write.unlock();
    assertFree();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitThrowsWhateverTheState() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> read.tryLock(1, null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> write.tryLock(1, null));
    assertFree();
  }
}
