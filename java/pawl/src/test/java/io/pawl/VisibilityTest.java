package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Threads that wait for a synchronizer are visible to the tools of the JDK. */
class VisibilityTest extends Kit {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  VisibilityTest() {
    super(ThreadKind.PLATFORM);
  }

  private @Nullable Object blockerOf(Worker.Task wait) {
    Worker worker = crew.start(wait);
    worker.awaitBlocked();
    return LockSupport.getBlocker(worker.thread());
  }

  @Test
  void blockerOfAWaitingThreadIsWhatItWaitsFor() throws Exception {
    Semaphore semaphore = new Semaphore(0);
    assertThat(blockerOf(semaphore::acquire)).isSameAs(semaphore);
    semaphore.release();
    CountDownLatch latch = new CountDownLatch(1);
    assertThat(blockerOf(latch::await)).isSameAs(latch);
    latch.countDown();
    CyclicBarrier barrier = new CyclicBarrier(2);
    assertThat(blockerOf(barrier::await)).isSameAs(barrier);
    assertThat(barrier.await()).isZero();
    Once once = new Once();
    assertThat(blockerOf(once::await)).isSameAs(once);
    once.run(() -> {});
    crew.join();
  }

  @Test
  void deadlockOfTwoInitializersIsFound() {
    Once one = new Once();
    Once other = new Once();
    CyclicBarrier bothRun = new CyclicBarrier(2);
    Worker first = crew.start(() -> one.run(() -> meetAndAwait(bothRun, other)));
    Worker second = crew.start(() -> other.run(() -> meetAndAwait(bothRun, one)));
    Await.until("the deadlock is found", () -> isDeadlocked(first) && isDeadlocked(second));
    first.interrupt();
    crew.join();
    assertThat(isDeadlocked(first)).isFalse();
    assertThat(one.isCompleted()).isTrue();
    assertThat(other.isCompleted()).isTrue();
  }

  private static void meetAndAwait(CyclicBarrier bothRun, Once once) {
    try {
      int _ = bothRun.await();
      once.await();
    } catch (InterruptedException _) {
      // This thread was chosen to break the deadlock.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isDeadlocked(Worker worker) {
    long[] found = THREADS.findDeadlockedThreads();
    return found != null && Arrays.stream(found).anyMatch(id -> id == worker.thread().threadId());
  }
}
