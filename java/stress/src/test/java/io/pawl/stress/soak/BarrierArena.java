package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.CyclicBarrier;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A CyclicBarrier that is broken now and then. */
final class BarrierArena implements Arena {

  private static final int PARTIES = 3;

  private final AtomicLong trips = new AtomicLong();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong first = new AtomicLong();
  private final CyclicBarrier barrier = new CyclicBarrier(PARTIES, trips::incrementAndGet);

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    if (barrier.isBroken()) {
      barrier.reset();
    }
    try {
      int index = barrier.await(Arena.nanos(random) * 4, NANOSECONDS);
      long _ = passed.incrementAndGet();
      if (index == 0) {
        long _ = first.incrementAndGet();
      }
    } catch (BrokenBarrierException | TimeoutException e) {
      // This party has not passed, nor has any of its generation.
    }
  }

  @Override
  public void check() {
    Arena.require(passed.get() == trips.get() * PARTIES, "all parties pass or none");
    Arena.require(first.get() == trips.get(), "one party of each generation is the last to come");
    Arena.require(barrier.getNumberWaiting() == 0, "nobody waits");
  }

  @Override
  public String toString() {
    return "barrier with " + barrier.getNumberWaiting() + " waiting, trips " + trips;
  }
}
