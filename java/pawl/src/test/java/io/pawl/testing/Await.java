package io.pawl.testing;

import io.pawl.kit.Patience;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for states that other threads reach by themselves. */
public final class Await {

  /** After how long a test has failed; reached only by tests that fail. */
  public static final Duration LIMIT = Patience.ofSeconds(20);

  private static final long POLL_NANOS = 20_000;

  private Await() {}

  /** Waits until a state is reached; fails if it is not within {@link #LIMIT}. */
  public static void until(String state, BooleanSupplier reached) {
    long start = System.nanoTime();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError("Not reached: " + state + "\n" + Threads.dump());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
