package io.pawl.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A wait for a lock, or for permits. */
@Registered(false)
@Name("io.pawl.LockWait")
@Label("Lock Wait")
@Category("Pawl")
@Description("A thread waited for a lock, or for permits of a semaphore")
@Threshold("20 ms")
final class LockWaitEvent extends WaitEvent {

  @Label("Mode")
  @Description("EXCLUSIVE, SHARED or PERMITS")
  @Nullable String mode;

  @Label("Outcome")
  @Description("ACQUIRED, TIMED_OUT, INTERRUPTED or FAILED")
  @Nullable String outcome;

  @Label("Previous Owner")
  @Description("Who held the lock alone when the wait began")
  @Nullable Thread previousOwner;

  @Label("Queue Length")
  @Description("How many waited when the wait began")
  int queueLength;

  LockWaitEvent() {}

  @Override
  void fill(WaitRecord wait) {
    super.fill(wait);
    mode = wait.mode().name();
    outcome = String.valueOf(wait.outcome());
    previousOwner = wait.previousOwner();
    queueLength = wait.queueLength();
  }
}
