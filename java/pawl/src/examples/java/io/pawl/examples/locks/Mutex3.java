package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A mutex, step 3: a thread that finds it held spins for a moment before it sleeps.
 *
 * <p>If the holder is about to leave, that is cheaper than to sleep and to be woken. Nobody spins
 * while others sleep, for then the mutex is held for longer than that. Whether it pays depends on
 * the machine; with as many threads as here it need not.
 *
 * <p>{@link io.pawl.locks.Mutex} differs in that its waiters queue in Java, spin as long as that
 * pays, and an unlock has no full fence.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Optimizing Further"</a>
 */
public final class Mutex3 implements Mutex {
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private static final int SPINS = 100;

  private final AtomicWord state = new AtomicWord();

  /** Constructs a free mutex. */
  public Mutex3() {}

  @Override
  public void lock() {
    if (!state.weakCompareAndSetAcquire(FREE, HELD)) {
      lockContended();
    }
  }

  private void lockContended() {
    for (int i = 0; i < SPINS && state.getOpaque() == HELD; i++) {
      Thread.onSpinWait();
    }
    if (state.compareAndExchangeAcquire(FREE, HELD) == FREE) {
      return;
    }
    while (state.getAndSetAcquire(CONTENDED) != FREE) {
      state.waitWhile(CONTENDED);
    }
  }

  @Override
  public void unlock() {
    if (state.getAndSetRelease(FREE) == CONTENDED) {
      state.wakeOne();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(2_000_000, System.out);
  }

  static void run(int times, PrintStream out) {
    MutexTrial.run(new Mutex3(), times, out);
  }
}
