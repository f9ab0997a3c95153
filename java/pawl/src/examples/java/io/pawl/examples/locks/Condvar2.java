package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A condition variable, step 2: it also counts its waiters, so that to notify nobody is free.
 *
 * <p>A waiter counts itself before it unlocks the mutex. Who changes what it waits for has the
 * mutex afterwards, and therefore sees it in the count.
 *
 * <p>What remains: to wake everybody wakes them all at once, and all but one go to sleep again for
 * the mutex. {@link Condvar3} moves them to the mutex instead, as {@link io.pawl.locks.Condvar}
 * does.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Avoiding Syscalls"</a>
 */
public final class Condvar2 implements Condvar {
  private final AtomicWord notifications = new AtomicWord();
  private final AtomicInteger waiters = new AtomicInteger();

  /** Constructs a condition variable for which nobody waits. */
  public Condvar2() {}

  @Override
  public void await(Mutex mutex) {
    int _ = waiters.getAndIncrement();
    int seen = notifications.getOpaque();
    mutex.unlock();
    notifications.waitWhile(seen);
    int _ = waiters.getAndDecrement();
    mutex.lock();
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
      int _ = notifications.getAndAdd(1);
      notifications.wakeAll();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(1_000_000_000L, 1_000_000, System.out);
  }

  static void run(long pauseNanos, int notifications, PrintStream out) {
    CondvarTrial.run(new Condvar2(), pauseNanos, notifications, out);
  }
}
