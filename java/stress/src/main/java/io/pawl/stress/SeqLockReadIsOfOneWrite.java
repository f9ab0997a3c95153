package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.SeqLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A writer changes two plain fields twice, a reader reads them, waiting if it meets a write. */
@JCStressTest
@Outcome(
    id = {"0", "11", "22"},
    expect = ACCEPTABLE,
    desc = "Both fields are as they were between two writes.")
@Outcome(expect = FORBIDDEN, desc = "The fields are of two writes.")
@State
public class SeqLockReadIsOfOneWrite {

  private final SeqLock lock = new SeqLock(0);
  private int x;
  private int y;

  @Actor
  public void writer() {
    write(1);
    write(2);
  }

  private void write(int value) {
    lock.write(() -> {
      x = value;
      y = value;
    });
  }

  @Actor
  public void reader(L_Result r) {
    r.r1 = lock.readLong(() -> y + 10L * x);
  }
}
