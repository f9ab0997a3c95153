package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Counting and blocking allocate nothing in steady state. */
class AllocationTest extends Kit {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a warmed-up loop may allocate, however many rounds it runs. */
  private static final long CONSTANT = 16_384;

  AllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  @Test
  void acquireAndReleaseAllocateNothing() {
    Semaphore semaphore = new Semaphore(1);
    acquireAndRelease(semaphore, 20_000);
    long before = allocated();
    acquireAndRelease(semaphore, 1_000_000);
    assertThat(allocated() - before).isZero();
  }

  private static void acquireAndRelease(Semaphore semaphore, int times) {
    for (int i = 0; i < times; i++) {
      semaphore.acquireUninterruptibly();
      semaphore.release();
    }
  }

  @Test
  void blockingOnASemaphoreAllocatesNothing() {
    Semaphore pings = new Semaphore(0);
    Semaphore pongs = new Semaphore(0);
    crew.start(() -> playPingPong(pings, pongs));
    crew.start(() -> playPingPong(pongs, pings));
    pings.release();
    crew.join();
  }

  private static void playPingPong(Semaphore mine, Semaphore other) {
    long before = 0;
    for (int i = 0; i < 5_000; i++) {
      if (i == 500) {
        before = allocated();
      }
      mine.acquireUninterruptibly();
      other.release();
    }
    assertThat(allocated() - before).isLessThan(CONSTANT);
  }

  /** A barrier makes one object for each round. */
  @Test
  void blockingOnABarrierAllocatesTheRoundsOnly() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    crew.start(
        2,
        () -> {
          long before = 0;
          for (int i = 0; i < 5_000; i++) {
            if (i == 500) {
              before = allocated();
            }
            barrier.await();
          }
          assertThat(allocated() - before).isLessThan(4_500 * 16 + CONSTANT);
        });
    crew.join();
  }
}
