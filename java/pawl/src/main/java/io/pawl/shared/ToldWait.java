package io.pawl.shared;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.queue.AcquireQueue;
import io.pawl.internal.queue.Observation;
import io.pawl.observe.Wait;
import io.pawl.shared.SharedWord.Outcome;

/** Tells observers of a wait for what processes share. Used only while there are any. */
final class ToldWait {

  private ToldWait() {}

  /** A wait, which returns how it has ended. */
  @FunctionalInterface
  interface Body<X extends Exception> {
    Outcome await() throws X;
  }

  /**
   * Waits. What throws an InterruptedException has been interrupted.
   *
   * @param blocker what thread dumps show
   * @param mode how the thread waits
   * @param body the wait
   * @return what the body returns
   */
  static <X extends Exception> Outcome of(Object blocker, Wait.Mode mode, Body<X> body) throws X {
    WaitRecord wait = Observation.began(blocker, mode);
    int result = Observers.FAILED;
    try {
      Outcome outcome = body.await();
      result = result(outcome);
      return outcome;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        result = AcquireQueue.INTERRUPTED;
      }
      throw e;
    } finally {
      Observers.ended(wait, result);
    }
  }

  private static int result(Outcome outcome) {
    return switch (outcome) {
      case ACQUIRED, ORPHANED -> AcquireQueue.ACQUIRED;
      case TIMED_OUT -> AcquireQueue.TIMED_OUT;
      case INTERRUPTED -> AcquireQueue.INTERRUPTED;
      case HELD -> Observers.FAILED;
    };
  }
}
