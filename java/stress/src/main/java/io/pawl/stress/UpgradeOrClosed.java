package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.memory.Arc;
import io.pawl.memory.Weak;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A weak handle is upgraded while the last handle is closed. */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The upgrade came first and found it open.")
@Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "The close came first.")
@Outcome(expect = FORBIDDEN, desc = "A closed value was handed out, or it was not closed once.")
@State
public class UpgradeOrClosed {

  private int closes;
  private final Arc<AutoCloseable> arc = Arc.of(() -> closes++);
  private final Weak<AutoCloseable> weak = arc.downgrade();

  @Actor
  public void close() {
    arc.close();
  }

  @Actor
  public void upgrade(II_Result r) {
    Optional<Arc<AutoCloseable>> upgraded = weak.upgrade();
    if (upgraded.isPresent()) {
      r.r1 = closes;
      upgraded.get().close();
    } else {
      r.r1 = -1;
    }
  }

  @Arbiter
  public void result(II_Result r) {
    r.r2 = closes;
  }
}
