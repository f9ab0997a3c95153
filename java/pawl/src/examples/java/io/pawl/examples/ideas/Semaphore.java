package io.pawl.examples.ideas;

import io.pawl.atomic.AtomicWord;
import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A semaphore on a word: a number of permits, and a wait while there are none.
 *
 * <p>A mutex is a semaphore of one permit, except that anybody may release it. A thread that
 * signals and one that waits need no more than a semaphore of none.
 *
 * <p>Each release calls the kernel, as {@link io.pawl.examples.locks.Mutex1} does; to spare the
 * call, the word would have to tell whether somebody waits. {@link io.pawl.Semaphore} does.
 *
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "Semaphore"</a>
 */
public final class Semaphore {

  private final AtomicWord permits;

  Semaphore(int permits) {
    this.permits = new AtomicWord(permits);
  }

  void acquire() {
    int n = permits.getOpaque();
    while (true) {
      if (n == 0) {
        permits.waitWhile(0);
        n = permits.getOpaque();
      } else {
        int found = permits.compareAndExchangeAcquire(n, n - 1);
        if (found == n) {
          return;
        }
        n = found;
      }
    }
  }

  void release() {
    int _ = permits.getAndAddRelease(1);
    permits.wakeOne();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(8, 3, 1_000, System.out);
  }

  static void run(int threads, int permits, int times, PrintStream out) {
    Semaphore semaphore = new Semaphore(permits);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger visits = new AtomicInteger();
    try (Scope scope = new Scope()) {
      for (int i = 0; i < threads; i++) {
        Thread _ =
            scope.start(() -> {
              for (int j = 0; j < times; j++) {
                semaphore.acquire();
                int _ = most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_000);
                int _ = visits.incrementAndGet();
                int _ = inside.decrementAndGet();
                semaphore.release();
              }
            });
      }
    }
    out.println(threads + " threads, " + permits + " permits: " + visits + " visits");
    out.println("most threads inside at once: " + most);
  }
}
