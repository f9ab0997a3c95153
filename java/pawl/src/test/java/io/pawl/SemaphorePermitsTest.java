package io.pawl;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.locks.Serialized;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Collection;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How a semaphore counts, what it refuses and what it tells. */
class SemaphorePermitsTest extends Kit {

  /** Opens what is protected. */
  private static final class Open extends Semaphore {

    private static final long serialVersionUID = 1L;

    Open(int permits) {
      super(permits);
    }

    void reduce(int reduction) {
      reducePermits(reduction);
    }

    Collection<Thread> queued() {
      return getQueuedThreads();
    }
  }

  SemaphorePermitsTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void acquiringAndReleasingCount() throws InterruptedException {
    Semaphore semaphore = new Semaphore(10);
    semaphore.acquire();
    semaphore.acquireUninterruptibly();
    semaphore.acquire(2);
    semaphore.acquireUninterruptibly(2);
    assertThat(semaphore.availablePermits()).isEqualTo(4);
    assertThat(semaphore.tryAcquire(5)).isFalse();
    assertThat(semaphore.tryAcquire(4)).isTrue();
    assertThat(semaphore.tryAcquire()).isFalse();
    assertThat(semaphore.tryAcquire(0)).isTrue();
    semaphore.release();
    semaphore.release(4);
    semaphore.release(0);
    assertThat(semaphore.availablePermits()).isEqualTo(5);
    assertThat(semaphore.tryAcquire(2, 1, SECONDS)).isTrue();
    assertThat(semaphore.tryAcquire(1, SECONDS)).isTrue();
    assertThat(semaphore.availablePermits()).isEqualTo(2);
  }

  @Test
  void negativeNumbersAreRefused() {
    Open semaphore = new Open(5);
    List<ThrowingCallable> calls =
        List.of(
            () -> semaphore.acquire(-1),
            () -> semaphore.acquireUninterruptibly(-1),
            () -> semaphore.tryAcquire(-1),
            () -> semaphore.tryAcquire(-1, 1, SECONDS),
            () -> semaphore.release(-1),
            () -> semaphore.release(Integer.MIN_VALUE),
            () -> semaphore.reduce(-1));
    for (ThrowingCallable call : calls) {
      assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(call);
    }
    assertThat(semaphore.availablePermits()).isEqualTo(5);
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitIsRefused() {
    Semaphore semaphore = new Semaphore(5);
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> semaphore.tryAcquire(1, null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> semaphore.tryAcquire(1, 1, null));
    assertThat(semaphore.availablePermits()).isEqualTo(5);
  }

  @Test
  void moreThanTheMaximumIsRefused() {
    Semaphore semaphore = new Semaphore(Integer.MAX_VALUE - 1);
    assertThatExceptionOfType(Error.class)
        .isThrownBy(() -> semaphore.release(2))
        .withMessage("Maximum permit count exceeded");
    semaphore.release();
    assertThatExceptionOfType(Error.class).isThrownBy(semaphore::release);
    assertThat(semaphore.availablePermits()).isEqualTo(Integer.MAX_VALUE);
    assertThat(semaphore.tryAcquire(Integer.MAX_VALUE)).isTrue();
    assertThat(semaphore.availablePermits()).isZero();
  }

  @Test
  void lessThanTheMinimumIsRefused() {
    Open semaphore = new Open(Integer.MIN_VALUE + 1);
    assertThatExceptionOfType(Error.class)
        .isThrownBy(() -> semaphore.reduce(2))
        .withMessage("Permit count underflow");
    semaphore.reduce(1);
    assertThat(semaphore.availablePermits()).isEqualTo(Integer.MIN_VALUE);
    assertThat(semaphore.tryAcquire(0)).isFalse();
  }

  @Test
  void reducingDoesNotWaitAndCanLeaveFewerThanNone() {
    Open semaphore = new Open(1);
    semaphore.reduce(3);
    assertThat(semaphore.availablePermits()).isEqualTo(-2);
    semaphore.release(3);
    assertThat(semaphore.tryAcquire()).isTrue();
  }

  @Test
  void drainingSetsTheNumberToZero() {
    Semaphore semaphore = new Semaphore(7);
    assertThat(semaphore.drainPermits()).isEqualTo(7);
    assertThat(semaphore.drainPermits()).isZero();
    Semaphore negative = new Semaphore(-7);
    assertThat(negative.drainPermits()).isEqualTo(-7);
    assertThat(negative.availablePermits()).isZero();
  }

  @Test
  void queueIsShownWithThoseThatWait() {
    Open semaphore = new Open(0);
    assertThat(semaphore.hasQueuedThreads()).isFalse();
    assertThat(semaphore.getQueueLength()).isZero();
    assertThat(semaphore.queued()).isEmpty();
    Worker first = crew.start(semaphore::acquire);
    first.awaitBlocked();
    Worker second = crew.start(semaphore::acquire);
    second.awaitBlocked();
    assertThat(semaphore.hasQueuedThreads()).isTrue();
    assertThat(semaphore.getQueueLength()).isEqualTo(2);
    assertThat(semaphore.queued()).containsExactlyInAnyOrder(first.thread(), second.thread());
    semaphore.release(2);
    crew.join();
    Await.until("an empty queue", () -> !semaphore.hasQueuedThreads());
    assertThat(semaphore.queued()).isEmpty();
  }

  @Test
  void stringNamesThePermits() {
    assertThat(new Semaphore(-3).toString()).matches(".+Semaphore@[0-9a-f]+\\[Permits = -3]");
  }

  @Test
  void fairnessIsAsConstructed() {
    assertThat(new Semaphore(1).isFair()).isFalse();
    assertThat(new Semaphore(1, false).isFair()).isFalse();
    assertThat(new Semaphore(1, true).isFair()).isTrue();
  }

  @Test
  void serializationKeepsPermitsAndFairness() throws Exception {
    for (boolean fair : new boolean[] {false, true}) {
      Semaphore semaphore = new Semaphore(5, fair);
      semaphore.acquire();
      Semaphore copy = Serialized.copy(semaphore);
      assertThat(copy.availablePermits()).isEqualTo(4);
      assertThat(copy.isFair()).isEqualTo(fair);
      Worker waiter = crew.start(() -> copy.acquire(5));
      waiter.awaitBlocked();
      copy.release();
      waiter.join();
      assertThat(semaphore.availablePermits()).isEqualTo(4);
    }
  }

  @Test
  void serializationLeavesTheQueueBehind() throws Exception {
    Semaphore semaphore = new Semaphore(0);
    Worker waiter = crew.start(semaphore::acquire);
    waiter.awaitBlocked();
    Semaphore copy = Serialized.copy(semaphore);
    assertThat(copy.hasQueuedThreads()).isFalse();
    copy.release();
    assertThat(waiter.isDone()).isFalse();
    semaphore.release();
    waiter.join();
  }
}
