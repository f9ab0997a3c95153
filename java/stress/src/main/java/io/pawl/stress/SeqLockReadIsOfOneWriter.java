package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.SeqLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two writers change two plain fields, a reader retries, and waits in the end. */
@JCStressTest
@Outcome(
    id = {"0", "11", "22"},
    expect = ACCEPTABLE,
    desc = "Both fields are of one writer.")
@Outcome(expect = FORBIDDEN, desc = "The fields are of two writers.")
@State
public class SeqLockReadIsOfOneWriter {

  private final SeqLock lock = new SeqLock(1);
  private int x;
  private int y;

  @Actor
  public void first() {
    lock.write(() -> {
      x = 1;
      y = 1;
    });
  }

  @Actor
  public void second() {
    lock.write(() -> {
      x = 2;
      y = 2;
    });
  }

  @Actor
  public void reader(L_Result r) {
    r.r1 = lock.readLong(() -> y + 10L * x);
  }
}
