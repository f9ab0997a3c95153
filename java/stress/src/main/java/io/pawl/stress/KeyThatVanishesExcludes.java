package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.KeyedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Three threads lock one key, whose entry may vanish and come back in between. */
@JCStressTest
@Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "One after the other, and nothing is kept.")
@Outcome(expect = FORBIDDEN, desc = "Two held the key, a wake-up was lost, or an entry was kept.")
@State
public class KeyThatVanishesExcludes {

  private final KeyedLock<String> locks = new KeyedLock<>();
  private int count;

  @Actor
  public void first() {
    increment();
  }

  @Actor
  public void second() {
    increment();
  }

  @Actor
  public void third() {
    increment();
  }

  private void increment() {
    if (Limit.acquire(locks.get("key"))) {
      count++;
      locks.get("key").unlock();
    }
  }

  @Arbiter
  public void end(II_Result r) {
    r.r1 = count;
    r.r2 = locks.size();
  }
}
