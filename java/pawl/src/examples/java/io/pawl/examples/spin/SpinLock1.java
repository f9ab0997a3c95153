package io.pawl.examples.spin;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A spin lock, step 1: a flag, and a loop that sets it until it was clear.
 *
 * <p>Taking it acquires and releasing it releases, so that what a holder wrote is seen by the next.
 * Nothing connects the lock with what it protects: whoever forgets it, or unlocks a lock that
 * another holds, is told nothing.
 *
 * @see <a href="https://marabos.nl/atomics/building-spinlock.html">"Rust Atomics and Locks",
 *     chapter 4</a>
 */
public final class SpinLock1 {

  private final AtomicBoolean locked = new AtomicBoolean();

  SpinLock1() {}

  /** Takes the lock: the exchange returns what the flag was. */
  void lock() {
    while (locked.compareAndExchangeAcquire(false, true)) {
      Thread.onSpinWait();
    }
  }

  void unlock() {
    locked.setRelease(false);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(5_000_000, System.out);
  }

  static void run(int increments, PrintStream out) {
    SpinLock1 lock = new SpinLock1();
    AtomicInteger unlocked = new AtomicInteger();
    int[] locked = new int[1];
    try (Scope scope = new Scope()) {
      for (int i = 0; i < 2; i++) {
        Thread _ =
            scope.start(() -> {
              for (int j = 0; j < increments; j++) {
                unlocked.setOpaque(unlocked.getOpaque() + 1); // two steps
                lock.lock();
                locked[0]++;
                lock.unlock();
              }
            });
      }
    }
    out.println("2 threads, " + increments + " increments each");
    out.println("counted without the lock: " + unlocked);
    out.println("counted with it: " + locked[0]);
  }
}
