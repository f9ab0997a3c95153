package io.pawl.stress.soak;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.pawl.Semaphore;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A semaphore of some permits, of which threads take several at once. */
final class SemaphoreArena implements Arena {

  private static final int PERMITS = 5;

  private final Semaphore semaphore;
  private final AtomicInteger inUse = new AtomicInteger();

  SemaphoreArena(boolean fair) {
    semaphore = new Semaphore(PERMITS, fair);
  }

  @Override
  public void step(SplittableRandom random, int thread) throws InterruptedException {
    int permits = 1 + random.nextInt(PERMITS);
    switch (random.nextInt(6)) {
      case 0 -> {
        if (!semaphore.tryAcquire(permits)) {
          return;
        }
      }
      case 1 -> {
        if (!semaphore.tryAcquire(permits, Arena.nanos(random), NANOSECONDS)) {
          return;
        }
      }
      case 2 -> semaphore.acquireUninterruptibly(permits);
      case 3 -> permits = semaphore.drainPermits();
      default -> semaphore.acquire(permits);
    }
    try {
      Arena.require(inUse.addAndGet(permits) <= PERMITS, "no permit is given twice");
    } finally {
      int _ = inUse.addAndGet(-permits);
      semaphore.release(permits);
    }
  }

  @Override
  public void check() {
    Arena.require(inUse.get() == 0, "no permit is in use");
    Arena.require(semaphore.availablePermits() == PERMITS, "all permits are there");
    Arena.require(!semaphore.hasQueuedThreads(), "nobody waits");
  }

  @Override
  public String toString() {
    return semaphore + ", fair: " + semaphore.isFair();
  }
}
