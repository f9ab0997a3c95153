package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads swap what they have written: an answer that comes while the first goes to sleep wakes
 * it, and each sees the other's plain write.
 */
@JCStressTest
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "Each got what the other had written.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or a write was not seen.")
@State
public class ExchangeSwaps {

  private final Exchanger<int[]> exchanger = new Exchanger<>();

  @Actor
  public void first(II_Result r) {
    r.r1 = swap(1);
  }

  @Actor
  public void second(II_Result r) {
    r.r2 = swap(2);
  }

  private int swap(int mine) {
    int[] box = new int[1];
    box[0] = mine;
    try {
      return exchanger.exchange(box, Limit.SECONDS, TimeUnit.SECONDS)[0];
    } catch (TimeoutException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
