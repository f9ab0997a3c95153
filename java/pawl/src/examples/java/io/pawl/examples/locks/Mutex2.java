package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A mutex, step 2: a word of three states, so that an unlock calls the kernel only if somebody may
 * be waiting.
 *
 * <p>A thread that has to wait marks the mutex contended and takes it in this state, as others may
 * still wait. So the last of them wakes once in vain.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Avoiding Syscalls"</a>
 */
public final class Mutex2 implements Mutex {
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int CONTENDED = 2;

  private final AtomicWord state = new AtomicWord();

  /** Constructs a free mutex. */
  public Mutex2() {}

  @Override
  public void lock() {
    if (!state.weakCompareAndSetAcquire(FREE, HELD)) {
      lockContended();
    }
  }

  /** Acquires the mutex for one whose unlock is to wake another. */
  void lockContended() {
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

  /** The word on which waiters sleep. */
  AtomicWord word() {
    return state;
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(2_000_000, System.out);
  }

  static void run(int times, PrintStream out) {
    MutexTrial.run(new Mutex2(), times, out);
  }
}
