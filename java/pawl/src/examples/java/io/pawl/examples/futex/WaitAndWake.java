package io.pawl.examples.futex;

import io.pawl.atomic.AtomicWord;
import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * Wait and wake: the two operations of the kernel from which locks are made.
 *
 * <p>A wait names the value that the word has while there is something to wait for. The kernel
 * looks at the word and puts the thread to sleep in one step, with regard to wakes. So a wake that
 * comes between the waiter's own look and its sleep is not lost: whoever wakes has changed the word
 * before, and the wait returns at once.
 *
 * <p>Waits may return for no reason, which is why they stand in a loop. Wakes are not remembered:
 * one that finds nobody is gone.
 *
 * @see <a href="https://marabos.nl/atomics/os-primitives.html">"Rust Atomics and Locks", chapter 8,
 *     "Futex"</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
public final class WaitAndWake {

  private WaitAndWake() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(3_000_000_000L, System.out);
  }

  static void run(long pauseNanos, PrintStream out) {
    AtomicWord word = new AtomicWord();
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            LockSupport.parkNanos(pauseNanos);
            word.setRelease(1);
            word.wakeOne();
          });
      out.println("Waiting...");
      while (word.getAcquire() == 0) {
        word.waitWhile(0);
      }
      out.println("Done!");
    }

    word.waitWhile(0);
    out.println("a wait for 0 to go away returned at once, as the word is " + word.get());

    word.wakeOne();
    boolean woken = true;
    while (woken) {
      woken = word.waitWhile(1, 10, TimeUnit.MILLISECONDS);
    }
    out.println("a wake before the wait was not remembered: the wait ended with its time");
  }
}
