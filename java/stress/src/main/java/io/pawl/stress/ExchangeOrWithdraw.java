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

/** Taking an offer races its withdrawal by timeout: both threads swap, or neither (I1). */
@JCStressTest
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "The offer was taken.")
@Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "The offer was withdrawn, or not seen.")
@Outcome(expect = FORBIDDEN, desc = "One has given away what the other did not get.")
@State
public class ExchangeOrWithdraw {

  private final Exchanger<Integer> exchanger = new Exchanger<>();

  @Actor
  public void offering(II_Result r) {
    r.r1 = swap(1, 1_000);
  }

  @Actor
  public void taking(II_Result r) {
    r.r2 = swap(2, 0);
  }

  private int swap(int mine, long nanos) {
    try {
      return exchanger.exchange(mine, nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
