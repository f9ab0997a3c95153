package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a lock keeps readers and writers apart, and whether readers get past a waiting writer.
 */
final class RwLockTrial {

  private final RwLock lock;
  private int left;
  private int right;

  private RwLockTrial(RwLock lock) {
    this.lock = lock;
  }

  private void write(int times) {
    for (int i = 0; i < times; i++) {
      lock.lockWrite();
      left++;
      right++;
      lock.unlockWrite();
    }
  }

  /** Returns how often the two numbers were not the same. */
  private int read(int times) {
    int torn = 0;
    for (int i = 0; i < times; i++) {
      lock.lockRead();
      torn += left == right ? 0 : 1;
      lock.unlockRead();
    }
    return torn;
  }

  private void mix(int times, PrintStream out) {
    AtomicInteger torn = new AtomicInteger();
    try (Scope scope = new Scope()) {
      for (int i = 0; i < 2; i++) {
        Thread _ = scope.start(() -> write(times / 10));
        Thread _ = scope.start(() -> torn.addAndGet(read(times)));
      }
    }
    out.println("written " + left + " times, read half written " + torn + " times");
  }

  /** Holds the lock for reading, has a writer wait, and sends one more reader. */
  private void overtake(PrintStream out) {
    AtomicBoolean inside = new AtomicBoolean();
    lock.lockRead();
    try (Scope scope = new Scope()) {
      awaitSleep(scope.start(() -> write(1)));
      Thread reader =
          scope.start(() -> {
            lock.lockRead();
            inside.set(true);
            lock.unlockRead();
          });
      awaitSleep(reader);
      out.println("a reader got past a waiting writer: " + inside);
      lock.unlockRead();
    }
  }

  /** Waits until a thread sleeps on a word, as a thread dump would show it, or has ended. */
  private static void awaitSleep(Thread thread) {
    while (thread.isAlive() && !(LockSupport.getBlocker(thread) instanceof AtomicWord)) {
      LockSupport.parkNanos(20_000);
    }
  }

  static void run(RwLock lock, int times, PrintStream out) {
    RwLockTrial trial = new RwLockTrial(lock);
    trial.mix(times, out);
    trial.overtake(out);
  }
}
