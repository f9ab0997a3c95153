package io.pawl.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A wait for what another thread is to do. */
@Registered(false)
@Name("io.pawl.ConditionWait")
@Label("Condition Wait")
@Category("Pawl")
@Description("A thread waited for a signal, a gate, an exchange or an unpark")
@Threshold("20 ms")
final class ConditionWaitEvent extends WaitEvent {

  @Label("Mode")
  @Description("CONDITION, GATE, EXCHANGE or PARK")
  @Nullable String mode;

  @Label("Outcome")
  @Description("SIGNALLED, TIMED_OUT, INTERRUPTED or FAILED")
  @Nullable String outcome;

  ConditionWaitEvent() {}

  @Override
  void fill(WaitRecord wait) {
    super.fill(wait);
    mode = wait.mode().name();
    outcome = String.valueOf(wait.outcome());
  }
}
