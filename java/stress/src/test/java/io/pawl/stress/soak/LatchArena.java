package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.CountDownLatch;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One CountDownLatch after the other. */
final class LatchArena implements Arena {

  private static final int COUNT = 4;

  private static final class Generation {
    private final CountDownLatch latch = new CountDownLatch(COUNT);
    private final AtomicInteger tickets = new AtomicInteger(COUNT);
  }

  private volatile Generation current = new Generation();
  private final AtomicLong counted = new AtomicLong();
  private final AtomicLong opened = new AtomicLong();

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    Generation generation = current;
    if (random.nextInt(3) == 0) {
      if (generation.latch.await(Arena.nanos(random), NANOSECONDS)) {
        Arena.require(generation.latch.getCount() == 0, "a latch opens at zero");
      }
      return;
    }
    int ticket = generation.tickets.getAndDecrement();
    if (ticket <= 0) {
      return;
    }
    long _ = counted.incrementAndGet();
    generation.latch.countDown();
    if (ticket == 1) {
      awaitAll(generation.latch);
      long _ = opened.incrementAndGet();
      current = new Generation();
    }
  }

  /** Waits without limit: all who have a ticket count down without waiting. */
  private static void awaitAll(CountDownLatch latch) {
    for (; ; ) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // The next generation is for this thread to begin.
      }
    }
  }

  @Override
  public void check() {
    long open = current.latch.getCount();
    Arena.require(counted.get() == opened.get() * COUNT + COUNT - open, "every count is there");
  }

  @Override
  public String toString() {
    return current.latch.toString();
  }
}
