package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.Test;

/** What an exclusive lock that is not reentrant promises beside {@link LockContract}. */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
public abstract class NonReentrantLockContract extends LockContract {

  protected NonReentrantLockContract(ThreadKind kind, Exclusive exclusive) {
    super(kind, exclusive);
  }

  @Test
  void lockingAgainByTheHolderThrowsAndKeepsTheHold() throws InterruptedException {
    lock.lock();
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::lock);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(lock::lockInterruptibly);
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> lock.tryLock(1, HOURS));
    assertThat(lock.tryLock()).isFalse();
    assertThat(lock.tryLock(0, NANOSECONDS)).isFalse();
    assertThat(isHeldByCurrentThread()).isTrue();
    assertThat(queued()).isZero();
    lock.unlock();
    assertFree();
  }
}
