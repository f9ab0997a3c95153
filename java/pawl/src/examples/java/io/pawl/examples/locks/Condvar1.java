package io.pawl.examples.locks;

import io.pawl.atomic.AtomicWord;
import java.io.PrintStream;

/**
 * A condition variable, step 1: a word that counts notifications.
 *
 * <p>A waiter reads the count while it still holds the mutex, and waits for as long as the count is
 * the same. A notification after its unlock has changed the count, so the wait returns at once and
 * nothing is lost, unless the count goes all the way round meanwhile.
 *
 * <p>Each notification calls the kernel, even if nobody waits. {@link Condvar2} spares the call.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Condition Variable"</a>
 */
public final class Condvar1 implements Condvar {
  private final AtomicWord notifications = new AtomicWord();

  /** Constructs a condition variable for which nobody waits. */
  public Condvar1() {}

  @Override
  public void await(Mutex mutex) {
    int seen = notifications.getOpaque();
    mutex.unlock();
    notifications.waitWhile(seen);
    mutex.lock();
  }

  @Override
  public void notifyOne() {
    int _ = notifications.getAndAdd(1);
    notifications.wakeOne();
  }

  @Override
  public void notifyEveryone() {
    int _ = notifications.getAndAdd(1);
    notifications.wakeAll();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(1_000_000_000L, 1_000_000, System.out);
  }

  static void run(long pauseNanos, int notifications, PrintStream out) {
    CondvarTrial.run(new Condvar1(), pauseNanos, notifications, out);
  }
}
