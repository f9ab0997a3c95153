package io.pawl.examples.locks;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;

/** Threads that count under a mutex: whether it excludes, and what it costs here. */
final class MutexTrial {

  /**
   * The last round counts: in the first ones the code is not compiled yet, and Pawl does not call
   * the kernel yet, as it loads its native library beside.
   */
  private static final int ROUNDS = 5;

  private final Mutex mutex;
  private int count;

  private MutexTrial(Mutex mutex) {
    this.mutex = mutex;
  }

  private void increment(int times) {
    for (int i = 0; i < times; i++) {
      mutex.lock();
      count++;
      mutex.unlock();
    }
  }

  private static void count(Mutex mutex, int threads, int times, PrintStream out) {
    MutexTrial trial = new MutexTrial(mutex);
    long last = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      try (Scope scope = new Scope()) {
        for (int i = 0; i < threads; i++) {
          Thread _ = scope.start(() -> trial.increment(times / threads));
        }
      }
      last = System.nanoTime() - start;
    }
    out.println(threads + " at once: counted " + trial.count + ", each in " + last / times + " ns");
  }

  /** One thread alone, and then four. */
  static void run(Mutex mutex, int times, PrintStream out) {
    count(mutex, 1, times, out);
    count(mutex, 4, times, out);
  }
}
