package io.pawl.examples.locks;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;

/** Threads that count under a mutex: whether it excludes, and what it costs here. */
final class MutexTrial {

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
    long start = System.nanoTime();
    try (Scope scope = new Scope()) {
      for (int i = 0; i < threads; i++) {
        Thread _ = scope.start(() -> trial.increment(times));
      }
    }
    long nanos = (System.nanoTime() - start) / trial.count;
    out.println(threads + " at once: counted " + trial.count + ", each in " + nanos + " ns");
  }

  /** One thread alone, when the compiler has seen enough of the code, and then four. */
  static void run(Mutex mutex, int times, PrintStream out) {
    for (int i = 0; i < 20; i++) {
      new MutexTrial(mutex).increment(times / 20);
    }
    count(mutex, 1, times, out);
    count(mutex, 4, times / 4, out);
  }
}
