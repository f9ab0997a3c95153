package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.park.Deadlines;
import io.pawl.kit.Limit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Newcomers that spin past a sleeper, and the heir that they make themselves for that time. The
 * thread of the test is the newcomer; the lock it wants is released, by whom it does not matter,
 * from within its attempts, so each test goes one way only.
 */
@Limit(30)
class ElectionTest {

  private static final int HELD = 1;

  private final AtomicInteger state = new AtomicInteger(HELD);
  private final Lock queue = new Lock();

  /** The thread of the test. */
  private volatile @Nullable Thread newcomer;

  /** What happens at an attempt of the newcomer, before it is made. */
  private Runnable beforeAttempt = () -> {};

  @BeforeEach
  void threadsSpin() {
    assumeTrue(Spin.helps(), "nobody spins here");
  }

  @Test
  void aSleeperHasItsTurnAfterSoManyElections() throws InterruptedException {
    for (int round = 0; round < 2; round++) {
      Thread sleeper = sleeper();
      beforeAttempt = this::release;
      queue.barred = new CountDownLatch(1);
      int past = 0;
      while (queue.hasListed()) {
        assertThat(acquire(Deadlines.FOREVER)).isEqualTo(AcquireQueue.ACQUIRED);
        past++;
        assertThat(past).isLessThanOrEqualTo(AcquireQueue.MAX_ELECTIONS + 1);
      }
      assertThat(past).isEqualTo(AcquireQueue.MAX_ELECTIONS + 1);
      release();
      queue.barred.countDown();
      sleeper.join();
      assertThat(state).hasValue(HELD);
    }
  }

  @Test
  void nobodyIsWokenForAnElectedNewcomer() throws InterruptedException {
    Thread sleeper = sleeper();
    beforeAttempt = this::release;
    assertThat(acquire(Deadlines.FOREVER)).isEqualTo(AcquireQueue.ACQUIRED);
    assertThat(queue.threads()).containsExactly(sleeper);
    release();
    sleeper.join();
  }

  @Test
  void aNewcomerThatGivesUpPassesTheWakeOn() throws InterruptedException {
    Thread sleeper = sleeper();
    queue.closed = true;
    beforeAttempt =
        () -> {
          beforeAttempt = () -> {};
          release();
        };
    assertThat(acquire(Deadlines.after(1_000))).isEqualTo(AcquireQueue.TIMED_OUT);
    sleeper.join();
    assertThat(state).hasValue(HELD);
  }

  @Test
  void aNewcomerThatFailsPassesTheWakeOn() throws InterruptedException {
    Thread sleeper = sleeper();
    beforeAttempt =
        () -> {
          release();
          throw new StackOverflowError("for the test");
        };
    assertThatThrownBy(() -> acquire(Deadlines.FOREVER)).isInstanceOf(StackOverflowError.class);
    sleeper.join();
    assertThat(state).hasValue(HELD);
  }

  private int acquire(long deadline) {
    return queue.acquire(this, AcquireQueue.EXCLUSIVE, false, deadline);
  }

  private void release() {
    state.set(0);
    queue.released();
  }

  /** Starts a thread that acquires the lock, which is held, and waits until it sleeps. */
  private Thread sleeper() throws InterruptedException {
    newcomer = Thread.currentThread();
    beforeAttempt = () -> {};
    int before = queue.sleepers.get();
    Thread sleeper =
        Thread.ofPlatform()
            .start(() -> {
              int _ = acquire(Deadlines.FOREVER);
            });
    while (queue.sleepers.get() == before) {
      Thread.sleep(1);
    }
    return sleeper;
  }

  private final class Lock extends AcquireQueue {
    /** How many threads have tried for the last time before they sleep. */
    final AtomicInteger sleepers = new AtomicInteger();

    /** What others than the newcomer wait for before each attempt. */
    volatile CountDownLatch barred = new CountDownLatch(0);

    /** Whether the newcomer's attempts fail even if the lock is free. */
    boolean closed;

    Lock() {}

    @Override
    protected boolean tryAcquire(int ask) {
      if (Thread.currentThread() == newcomer) {
        beforeAttempt.run();
        return !closed && state.compareAndSet(0, HELD);
      }
      try {
        barred.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return state.compareAndSet(0, HELD);
    }

    @Override
    protected boolean recheck(int ask) {
      boolean acquired = super.recheck(ask);
      if (Thread.currentThread() != newcomer) {
        sleepers.incrementAndGet();
      }
      return acquired;
    }

    @Override
    protected boolean isAvailable(int reason) {
      return state.get() == 0;
    }

    @Override
    protected void giveBack(int ask) {
      throw new AssertionError("nobody gives back");
    }
  }
}
