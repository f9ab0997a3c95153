package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.memory.Arc;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two owners write without synchronization of their own and close their handles. */
@JCStressTest
@Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "Closed once, by one who sees what all did.")
@Outcome(expect = FORBIDDEN, desc = "Not closed once, or before an owner was done.")
@State
public class LastOwnerClosesTheValue {

  private int first;
  private int second;
  private int closes;
  private int seen;

  private final Arc<AutoCloseable> one = Arc.of(this::closeValue);
  private final Arc<AutoCloseable> two = one.retain();

  private void closeValue() {
    closes++;
    seen = first + second;
  }

  @Actor
  public void first() {
    first = 1;
    one.close();
  }

  @Actor
  public void second() {
    second = 2;
    two.retain().close();
    two.close();
  }

  @Arbiter
  public void result(II_Result r) {
    r.r1 = closes;
    r.r2 = seen;
  }
}
