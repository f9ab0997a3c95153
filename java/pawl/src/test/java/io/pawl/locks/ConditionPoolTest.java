package io.pawl.locks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.junit.jupiter.api.Test;

/** Workers of a ForkJoinPool that wait for a condition. */
class ConditionPoolTest extends Kit {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signalled = lock.newCondition();

  /** Guarded by the lock. */
  private boolean done;

  private volatile boolean ended;

  ConditionPoolTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void poolOfOneRunsTheSignallerWhileItsWorkerWaits() throws Exception {
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      ForkJoinTask<?> waiter = pool.submit(this::awaitDone);
      Await.until("the worker waits", this::hasWaiter);
      ForkJoinTask<?> signaller = pool.submit(this::signalDone);
      signaller.get(20, SECONDS);
      waiter.get(20, SECONDS);
    }
  }

  /** The pool refuses to do without its only thread; the wait goes on all the same. */
  @Test
  void poolThatCannotGrowLetsItsWorkerWait() throws Exception {
    try (ForkJoinPool pool =
        new ForkJoinPool(
            1,
            ForkJoinPool.defaultForkJoinWorkerThreadFactory,
            null,
            false,
            1,
            1,
            1,
            null,
            60,
            SECONDS)) {
      ForkJoinTask<?> waiter = pool.submit(this::awaitDone);
      Await.until("the worker waits", this::hasWaiter);
      signalDone();
      waiter.get(20, SECONDS);
    }
  }

  /** A pool that is being stopped refuses to manage; a wait without interrupts goes on. */
  @Test
  void workerOfAPoolThatIsBeingStoppedWaits() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(1);
    CountDownLatch started = new CountDownLatch(1);
    ForkJoinTask<?> _ =
        pool.submit(() -> {
          started.countDown();
          Await.until("the pool is being stopped", pool::isShutdown);
          boolean _ = Thread.interrupted();
          awaitDone();
          ended = true;
        });
    assertThat(started.await(20, SECONDS)).isTrue();
    List<Runnable> _ = pool.shutdownNow();
    Await.until("the worker waits", this::hasWaiter);
    signalDone();
    Await.until("the end of the wait", () -> ended);
  }

  private void awaitDone() {
    lock.lock();
    try {
      while (!done) {
        signalled.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasWaiter() {
    lock.lock();
    try {
      return lock.hasWaiters(signalled);
    } finally {
      lock.unlock();
    }
  }

  private void signalDone() {
    lock.lock();
    try {
      done = true;
      signalled.signal();
    } finally {
      lock.unlock();
    }
  }
}
