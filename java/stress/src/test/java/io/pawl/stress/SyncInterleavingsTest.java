package io.pawl.stress;

import static io.pawl.stress.Interleavings.require;

import io.pawl.CountDownLatch;
import io.pawl.CyclicBarrier;
import io.pawl.Once;
import io.pawl.Semaphore;
import io.pawl.kit.Limit;
import java.util.concurrent.BrokenBarrierException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The synchronizers under a scheduler that tries interleavings. */
@Tag("lincheck")
@Limit(180)
class SyncInterleavingsTest {

  private static void use(Semaphore semaphore, int permits) {
    semaphore.acquireUninterruptibly(permits);
    semaphore.release(permits);
  }

  private static void useInterruptibly(Semaphore semaphore, int permits) {
    try {
      semaphore.acquire(permits);
    } catch (InterruptedException e) {
      return;
    }
    semaphore.release(permits);
  }

  @Test
  void semaphoreServesThoseThatAskForOneAndForAll() {
    for (boolean fair : new boolean[] {false, true}) {
      Interleavings.check(run -> {
        Semaphore semaphore = new Semaphore(2, fair);
        run.start(() -> use(semaphore, 2));
        run.start(() -> use(semaphore, 1));
        run.start(() -> use(semaphore, 1));
      });
    }
  }

  @Test
  void permitsReleasedApartServeTheWaiterBehind() {
    for (boolean fair : new boolean[] {false, true}) {
      Interleavings.check(run -> {
        Semaphore semaphore = new Semaphore(0, fair);
        run.start(() -> semaphore.acquireUninterruptibly(3));
        run.start(() -> semaphore.acquireUninterruptibly(1));
        run.start(() -> semaphore.release(2));
        semaphore.release(2);
      });
    }
  }

  @Test
  void interruptedWaiterLeavesThePermitsToTheOther() {
    for (boolean fair : new boolean[] {false, true}) {
      Interleavings.check(run -> {
        Semaphore semaphore = new Semaphore(0, fair);
        Thread many = run.start(() -> useInterruptibly(semaphore, 2));
        run.start(() -> use(semaphore, 1));
        semaphore.release();
        many.interrupt();
      });
    }
  }

  @Test
  void latchReleasesAllThatWait() {
    Interleavings.check(run -> {
      CountDownLatch latch = new CountDownLatch(2);
      run.start(latch::await);
      run.start(latch::await);
      run.start(latch::countDown);
      latch.countDown();
    });
  }

  @Test
  void interruptedWaiterLeavesTheLatchToTheOther() {
    Interleavings.check(run -> {
      CountDownLatch latch = new CountDownLatch(1);
      Thread victim =
          run.start(() -> {
            try {
              latch.await();
            } catch (InterruptedException e) {
              // It gives up.
            }
          });
      run.start(latch::await);
      victim.interrupt();
      latch.countDown();
    });
  }

  @Test
  void barrierIsPassedTwice() {
    Interleavings.check(run -> {
      CyclicBarrier barrier = new CyclicBarrier(2);
      run.start(() -> {
        barrier.await();
        barrier.await();
      });
      barrier.await();
      barrier.await();
      require(barrier.getNumberWaiting() == 0, "somebody waits");
    });
  }

  @Test
  void interruptBreaksTheBarrierOrComesTooLate() {
    Interleavings.check(run -> {
      CyclicBarrier barrier = new CyclicBarrier(2);
      boolean[] passed = new boolean[2];
      Thread victim =
          run.start(() -> {
            try {
              barrier.await();
              passed[0] = true;
            } catch (InterruptedException e) {
              require(barrier.isBroken(), "interrupted, but not broken");
            }
          });
      Thread other =
          run.start(() -> {
            try {
              barrier.await();
              passed[1] = true;
            } catch (BrokenBarrierException e) {
              require(barrier.isBroken(), "an exception, but not broken");
            }
          });
      victim.interrupt();
      victim.join();
      other.join();
      require(passed[0] == passed[1], "one passed alone");
    });
  }

  @Test
  void onceRunsOneOfTwo() {
    Interleavings.check(run -> {
      Once once = new Once();
      int[] runs = new int[1];
      run.start(() -> {
        once.run(() -> runs[0]++);
        require(runs[0] == 1, "not once");
      });
      run.start(() -> {
        once.await();
        require(runs[0] == 1, "not once");
      });
      once.runForced(_ -> runs[0]++);
      require(runs[0] == 1, "not once");
    });
  }

  @Test
  void failureOfAOnceLeavesNobodyAsleep() {
    Interleavings.check(run -> {
      Once once = new Once();
      run.start(() -> once.runForced(_ -> {}));
      run.start(once::awaitForced);
      try {
        once.run(() -> {
          throw new ArithmeticException();
        });
      } catch (ArithmeticException | IllegalStateException e) {
        // The forced one mends it.
      }
    });
  }
}
