package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A condition variable, step 3: who notifies all wakes few and moves the others to the word of the
 * mutex, for which they would have to wait anyway.
 *
 * <p>One that has been moved is woken by an unlock of the mutex, and others may be behind it: so
 * each waiter takes the mutex in the contended state, and its unlock wakes the next. The one that
 * is woken at once may be done with the mutex before the others have been moved, so who has moved
 * them wakes another.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Condition Variable"</a>
 */
public final class Condvar3 implements Condvar {
  private static final int WAITERS = 16;

  private final Mutex2 mutex;
  private final AtomicWord notifications = new AtomicWord();
  private final AtomicInteger waiters = new AtomicInteger();

  /**
   * Constructs a condition variable for which nobody waits.
   *
   * @param mutex the one mutex of its waiters
   */
  public Condvar3(Mutex2 mutex) {
    this.mutex = mutex;
  }

  /** The one mutex of its waiters. */
  Mutex mutex() {
    return mutex;
  }

  @Override
  public void await(Mutex mutex) {
    int _ = waiters.getAndIncrement();
    int seen = notifications.getOpaque();
    mutex.unlock();
    notifications.waitWhile(seen);
    int _ = waiters.getAndDecrement();
    this.mutex.lockContended();
  }

  @Override
  public void notifyOne() {
    if (waiters.getOpaque() > 0) {
      int _ = notifications.getAndAdd(1);
      notifications.wakeOne();
    }
  }

  @Override
  public void notifyEveryone() {
    if (waiters.getOpaque() > 0) {
      int changed = notifications.getAndAdd(1) + 1;
      if (notifications.requeueTo(mutex.word(), changed)) {
        mutex.word().wakeOne();
      } else {
        notifications.wakeAll();
      }
    }
  }

  /** Threads that all wait for the next round, and one that begins it. */
  private static final class Everybody {
    private final Mutex mutex;
    private final Condvar condvar;
    private final int rounds;

    // Guarded by the mutex.
    private int round;
    private int missing = WAITERS;

    Everybody(Mutex mutex, Condvar condvar, int rounds) {
      this.mutex = mutex;
      this.condvar = condvar;
      this.rounds = rounds;
    }

    /** Waits for each round, with the mutex held as long as it takes to count. */
    void follow() {
      for (int next = 1; next <= rounds; next++) {
        mutex.lock();
        missing--;
        while (round < next) {
          condvar.await(mutex);
        }
        mutex.unlock();
      }
    }

    /** Begins each round as soon as all wait for it, and returns how long one has taken. */
    double lead() {
      long nanos = 0;
      for (int next = 1; next <= rounds; next++) {
        awaitAll();
        long start = System.nanoTime();
        mutex.lock();
        missing = WAITERS;
        round = next;
        condvar.notifyEveryone();
        mutex.unlock();
        nanos += System.nanoTime() - start;
      }
      return nanos / 1e3 / rounds;
    }

    private void awaitAll() {
      boolean isReady = false;
      while (!isReady) {
        LockSupport.parkNanos(20_000);
        mutex.lock();
        isReady = missing == 0;
        mutex.unlock();
      }
    }
  }

  private static void measure(
      String name, Mutex mutex, Condvar condvar, int rounds, PrintStream out) {
    Everybody everybody = new Everybody(mutex, condvar, rounds);
    long start = System.nanoTime();
    double micros;
    try (Scope scope = new Scope()) {
      for (int i = 0; i < WAITERS; i++) {
        Thread _ = scope.start(everybody::follow);
      }
      micros = everybody.lead();
    }
    double all = (System.nanoTime() - start) / 1e3 / rounds;
    out.println(
        name
            + ": "
            + WAITERS
            + " waiters notified "
            + rounds
            + " times, a notification takes "
            + Math.round(micros)
            + " us, a round "
            + Math.round(all)
            + " us");
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(5_000, System.out);
  }

  static void run(int rounds, PrintStream out) {
    measure("all are woken", new Mutex2(), new Condvar2(), rounds, out);
    Mutex2 mutex = new Mutex2();
    measure("most are moved to the mutex", mutex, new Condvar3(mutex), rounds, out);
  }
}
