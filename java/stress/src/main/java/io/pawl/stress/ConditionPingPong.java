package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.locks.Condvar;
import io.pawl.locks.RwLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads take turns through one condition of a write lock. */
@JCStressTest
@Outcome(id = "3, 3", expect = ACCEPTABLE, desc = "Each had its three turns.")
@Outcome(expect = FORBIDDEN, desc = "A signal was lost.")
@State
public class ConditionPingPong {

  private static final int TURNS = 3;

  private final RwLock.WriteLock lock = new RwLock().writeLock();
  private final Condvar changed = lock.newCondition();
  private int turn;

  @Actor
  public void even(II_Result r) {
    r.r1 = play(0);
  }

  @Actor
  public void odd(II_Result r) {
    r.r2 = play(1);
  }

  private int play(int mine) {
    for (int played = 0; played < TURNS; played++) {
      lock.lock();
      try {
        while (turn % 2 != mine) {
          if (!Limit.await(changed)) {
            return played;
          }
        }
        turn++;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
    return TURNS;
  }
}
