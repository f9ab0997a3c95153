package io.pawl.stress;

import io.pawl.channel.Select;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Waits that nothing but a lost wake-up makes long: past the limit they report it. The limit never
 * lets a test pass that would fail without it.
 */
final class Limit {

  static final long SECONDS = 10;

  private Limit() {}

  /** A timed wait. */
  interface Wait {
    boolean await(long timeout, TimeUnit unit) throws InterruptedException;
  }

  /** Waits; false if the wake-up did not come. */
  static boolean await(Wait wait) {
    try {
      return wait.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes what comes first; null if the wake-up did not come. */
  static Select.@Nullable Case<?> selected(Select select) {
    try {
      return select.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Acquires the lock; false if the wake-up did not come. */
  static boolean acquire(Lock lock) {
    try {
      return lock.tryLock(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for a signal, or for no reason; false if the signal did not come. */
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  static boolean await(Condition condition) {
    try {
      return condition.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
