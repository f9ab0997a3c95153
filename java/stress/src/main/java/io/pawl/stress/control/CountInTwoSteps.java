package io.pawl.stress.control;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link io.pawl.stress.LastOwnerClosesTheValue} with a count that is read and written in two
 * steps. It must be seen to fail, by owners none of whom is the last, or the test of Arc proves
 * nothing.
 */
@JCStressTest
@Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "Closed once, by one who sees what all did.")
@Outcome(expect = FORBIDDEN, desc = "Not closed once, or before an owner was done.")
@State
public class CountInTwoSteps {

  private int first;
  private int second;
  private int closes;
  private int seen;
  private volatile int owners = 2;

  private void release() {
    int left = owners - 1;
    owners = left;
    if (left == 0) {
      closes++;
      seen = first + second;
    }
  }

  @Actor
  public void first() {
    first = 1;
    release();
  }

  @Actor
  public void second() {
    second = 2;
    release();
  }

  @Arbiter
  public void result(II_Result r) {
    r.r1 = closes;
    r.r2 = seen;
  }
}
