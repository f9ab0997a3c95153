package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.memory.Arc;
import io.pawl.memory.Weak;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The only weak handle is retained while it is closed by the owner of the only handle, who then
 * asks whether that is the only one.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "It was retained, and the owner sees that.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It was closed first.")
@Outcome(expect = FORBIDDEN, desc = "Somebody has a weak handle of a value that seems unshared.")
@State
public class RetainedWeakOrUnique {

  private final Arc<AutoCloseable> arc = Arc.of(() -> {});
  private final Weak<AutoCloseable> weak = arc.downgrade();

  @Actor
  public void retain(II_Result r) {
    try {
      r.r1 = weak.retain().upgrade().isPresent() ? 1 : 2;
    } catch (IllegalStateException e) {
      r.r1 = 0;
    }
  }

  @Actor
  public void closeAndAsk(II_Result r) {
    weak.close();
    r.r2 = arc.getIfUnique().isPresent() ? 1 : 0;
  }
}
