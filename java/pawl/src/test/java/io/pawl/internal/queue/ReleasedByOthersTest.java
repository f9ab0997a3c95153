package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.park.Deadlines;
import io.pawl.kit.Limit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A lock that another thread releases as soon as one has acquired it: before that one, the heir,
 * has said that it is not on its way any more.
 */
@Limit(30)
class ReleasedByOthersTest {

  private static final int HELD = 1;

  private final AtomicInteger state = new AtomicInteger(HELD);
  private final AtomicInteger acquired = new AtomicInteger();
  private final Lock queue = new Lock();

  /** From whose hands the lock is released. */
  private volatile @Nullable Thread victim;

  @Test
  void sleeperIsWokenThoughTheReleaseFoundAnElectedNewcomerOnItsWay() throws InterruptedException {
    assumeTrue(Spin.helps(), "nobody spins here");
    Thread sleeper = sleeper();
    queue.releasedWhenElected = true;
    victim = Thread.currentThread();
    acquire();
    sleeper.join();
    assertThat(acquired).hasValue(2);
  }

  @Test
  void sleeperIsWokenThoughTheReleaseFoundAWokenThreadOnItsWay() throws InterruptedException {
    Thread first = sleeper();
    Thread second = sleeper();
    victim = first;
    release();
    first.join();
    second.join();
    assertThat(acquired).hasValue(2);
  }

  private void acquire() {
    int _ = queue.acquire(this, AcquireQueue.EXCLUSIVE, false, Deadlines.FOREVER);
  }

  private void release() {
    state.set(0);
    queue.released();
  }

  /** Starts a thread that acquires the lock, which is held, and waits until it sleeps. */
  private Thread sleeper() throws InterruptedException {
    int before = queue.sleepers.get();
    Thread sleeper = Thread.ofPlatform().start(this::acquire);
    while (queue.sleepers.get() == before) {
      Thread.sleep(1);
    }
    return sleeper;
  }

  private final class Lock extends AcquireQueue {
    /** How many threads have tried for the last time before they sleep. */
    final AtomicInteger sleepers = new AtomicInteger();

    /** Whether the lock is released when the victim tries, so that nobody else is woken for it. */
    boolean releasedWhenElected;

    Lock() {}

    @Override
    protected boolean tryAcquire(int ask) {
      boolean meets = Thread.currentThread() == victim;
      if (meets && releasedWhenElected) {
        release();
      }
      if (!state.compareAndSet(0, HELD)) {
        return false;
      }
      acquired.incrementAndGet();
      if (meets) {
        release();
      }
      return true;
    }

    @Override
    protected boolean isReleasedByOthers() {
      return true;
    }

    @Override
    protected boolean recheck(int ask) {
      boolean taken = super.recheck(ask);
      sleepers.incrementAndGet();
      return taken;
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
