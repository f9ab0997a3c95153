package io.pawl.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** A hold for which others waited, from when on they did until the release. */
@Registered(false)
@Name("io.pawl.LockLongHold")
@Label("Lock Long Hold")
@Category("Pawl")
@Description("A thread held a lock for which others waited meanwhile; the stack is the release's")
@Threshold("20 ms")
final class LockLongHoldEvent extends WaitEvent {

  @Label("Waiters")
  @Description("How many waited at the release")
  int waiters;

  @Label("Waited")
  @Description("How long they have waited because of this hold, added up")
  @Timespan(Timespan.NANOSECONDS)
  long waited;

  LockLongHoldEvent() {}

  void fill(ReleaseRecord release) {
    of(release.subject(), release.name());
    waiters = release.waiters();
    waited = release.nanos();
  }
}
