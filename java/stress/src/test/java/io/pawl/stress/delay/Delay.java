package io.pawl.stress.delay;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Delays of random length, which patched classes call. */
public final class Delay {

  private static final int MAX_SPINS = 300;
  private static final int MAX_NANOS = 50_000;

  private static final LongAdder COUNT = new LongAdder();

  private Delay() {}

  /** Mostly does nothing; else spins, yields or sleeps for a moment. */
  @SuppressWarnings("ThreadPriorityCheck") // it is the scheduler that is to do something else
  public static void delay() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    switch (random.nextInt(32)) {
      case 0 -> LockSupport.parkNanos(random.nextInt(MAX_NANOS));
      case 1, 2 -> Thread.yield();
      case 3, 4, 5, 6, 7 -> {
        for (int i = random.nextInt(MAX_SPINS); i > 0; i--) {
          Thread.onSpinWait();
        }
      }
      default -> {
        return;
      }
    }
    COUNT.increment();
  }

  /** How many delays there have been that were not nothing. */
  static long count() {
    return COUNT.sum();
  }
}
