package io.pawl.benchmarks;

import io.pawl.atomic.AtomicWord;
import io.pawl.benchmarks.cpu.Affinity;
import java.util.concurrent.TimeUnit;

/**
 * Two threads that pass a turn to and fro through a word each, on which the other waits: nothing
 * but wait and wake. Measures {@code ns}, the time of a round trip, and {@code cpus}.
 */
final class Words implements Task {
  private static final int ROUNDS = 200;

  /** In the place of a number: go home. */
  private static final int STOP = -1;

  private final AtomicWord there = new AtomicWord();
  private final AtomicWord back = new AtomicWord();
  private final boolean apart;

  /**
   * Constructs a task.
   *
   * @param apart whether each thread is pinned to a CPU of its own
   */
  Words(boolean apart) {
    this.apart = apart;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    there.set(0);
    back.set(0);
    pin(0);
    Thread partner = new Thread(this::answer, "partner");
    partner.start();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    int passes = 0;
    long now;
    do {
      for (int i = 0; i < ROUNDS; i++) {
        passes++;
        pass(there, passes);
        int _ = next(back, passes - 1);
      }
      now = System.nanoTime();
    } while (now - end < 0);
    double elapsed = now - start;
    cpu = CpuClock.nanos() - cpu;
    pass(there, STOP);
    partner.join(10_000);
    if (partner.isAlive() || back.get() != passes) {
      throw new IllegalStateException(passes + " passes, but " + back.get() + " answers");
    }
    return new Reading().with("ns", elapsed / passes).with("cpus", cpu / elapsed);
  }

  private void answer() {
    pin(1);
    int passes = 0;
    while (next(there, passes) != STOP) {
      passes++;
      pass(back, passes);
    }
  }

  private static void pass(AtomicWord word, int value) {
    word.setRelease(value);
    word.wakeOne();
  }

  /** Waits until the word holds another value than that, and returns it. */
  private static int next(AtomicWord word, int old) {
    int value = word.getAcquire();
    while (value == old) {
      word.waitWhile(old);
      value = word.getAcquire();
    }
    return value;
  }

  private void pin(int index) {
    if (apart) {
      Affinity.HERE.pinThread(index);
    }
  }
}
