package io.pawl.examples.locks;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;

/** A thread that waits for a number, and how dear it is to notify nobody. */
final class CondvarTrial {

  private static final int ROUNDS = 5;

  private final Mutex mutex = new Mutex3();
  private final Condvar condvar;
  private int number;

  private CondvarTrial(Condvar condvar) {
    this.condvar = condvar;
  }

  private void set(int value) {
    mutex.lock();
    number = value;
    mutex.unlock();
    condvar.notifyOne();
  }

  /** Returns how often the wait has returned. */
  private int awaitHundred() {
    int wakes = 0;
    mutex.lock();
    while (number < 100) {
      condvar.await(mutex);
      wakes++;
    }
    mutex.unlock();
    return wakes;
  }

  static void run(Condvar condvar, long pauseNanos, int notifications, PrintStream out) {
    CondvarTrial trial = new CondvarTrial(condvar);
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            LockSupport.parkNanos(pauseNanos);
            trial.set(123);
          });
      int wakes = trial.awaitHundred();
      out.println("the number is " + trial.number + ", the waiter was woken " + wakes + " times");
    }
    out.println("to notify nobody takes " + trial.nanosOfNotifying(notifications) + " ns");
  }

  /** The last of some rounds: in the first ones the code is not compiled yet. */
  private double nanosOfNotifying(int times) {
    long last = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        condvar.notifyOne();
      }
      last = System.nanoTime() - start;
    }
    return Math.round(10.0 * last / times) / 10.0;
  }
}
