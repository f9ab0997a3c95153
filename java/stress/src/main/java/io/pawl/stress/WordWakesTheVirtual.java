package io.pawl.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.pawl.atomic.AtomicWord;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A virtual thread waits on a word. */
@JCStressTest
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The waiter got what was written before the word.")
@Outcome(expect = FORBIDDEN, desc = "The wake-up was lost, or the write was not seen.")
@State
public class WordWakesTheVirtual {

  private final AtomicWord word = new AtomicWord();
  private int data;

  @Actor
  public void waiter(I_Result r) {
    Thread waiter = Thread.startVirtualThread(() -> r.r1 = awaitData());
    try {
      waiter.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Actor
  public void waker() {
    data = 42;
    word.set(1);
    word.wakeOne();
  }

  private int awaitData() {
    boolean woken = true;
    while (word.get() == 0 && woken) {
      woken = word.waitWhile(0, Limit.SECONDS, TimeUnit.SECONDS);
    }
    return woken ? data : -1;
  }
}
