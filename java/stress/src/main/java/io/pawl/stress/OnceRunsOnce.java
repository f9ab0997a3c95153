package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Once;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads run an initializer that increments without synchronization of its own. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It ran once, and both see its effect.")
@Outcome(expect = FORBIDDEN, desc = "It ran twice, was not seen, or a wake-up was lost.")
@State
public class OnceRunsOnce {

  private final Once once = new Once();
  private int runs;

  @Actor
  public void run(II_Result r) {
    once.run(this::count);
    r.r1 = runs;
  }

  @Actor
  public void runAndAwait(II_Result r) {
    once.runForced(_ -> count());
    r.r2 = Limit.await(once::await) ? runs : -1;
  }

  private void count() {
    runs++;
  }
}
