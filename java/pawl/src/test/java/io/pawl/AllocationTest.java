package io.pawl;

import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.Test;

/** Counting and blocking allocate nothing in steady state. */
class AllocationTest extends Kit {

  AllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void acquireAndReleaseAllocateNothing() {
    Semaphore semaphore = new Semaphore(1);
    acquireAndRelease(semaphore);
  }

  private static void acquireAndRelease(Semaphore semaphore) {
    Allocation allocation = new Allocation();
    for (int i = 0; i < 200_000; i++) {
      allocation.round(i);
      semaphore.acquireUninterruptibly();
      semaphore.release();
    }
    allocation.assertNone();
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
    Allocation allocation = new Allocation();
    for (int i = 0; i < 5_000; i++) {
      allocation.round(i);
      mine.acquireUninterruptibly();
      other.release();
    }
    allocation.assertNone();
  }

  /** A barrier makes one object for each round. */
  @Test
  void blockingOnABarrierAllocatesTheRoundsOnly() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    crew.start(
        2,
        () -> {
          Allocation allocation = new Allocation();
          for (int i = 0; i < 5_000; i++) {
            allocation.round(i);
            barrier.await();
          }
          allocation.assertAtMost(16);
        });
    crew.join();
  }
}
