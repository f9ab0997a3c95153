package io.pawl.examples.spin;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A spin lock, step 2: the data is inside, and locking is the way to get it.
 *
 * <p>Now nobody forgets to lock. But what {@code lock} returns is still there after {@code unlock},
 * and nothing keeps it from being used, beside the next holder. {@link SpinLock3} notices.
 *
 * @param <T> the type of the data
 * @see <a href="https://marabos.nl/atomics/building-spinlock.html">"Rust Atomics and Locks",
 *     chapter 4, "An Unsafe Spin Lock"</a>
 */
public final class SpinLock2<T> {

  private final AtomicBoolean locked = new AtomicBoolean();
  private final T value;

  SpinLock2(T value) {
    this.value = value;
  }

  /** Takes the lock and returns the data, which the caller promises not to use after unlocking. */
  T lock() {
    while (locked.compareAndExchangeAcquire(false, true)) {
      Thread.onSpinWait();
    }
    return value;
  }

  void unlock() {
    locked.setRelease(false);
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    SpinLock2<List<String>> lock = new SpinLock2<>(new ArrayList<>());
    List<String> kept = lock.lock();
    kept.add("held");
    lock.unlock();
    List<String> held = lock.lock();
    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> kept.add("added by a thread that does not hold the lock"));
    }
    out.println(held);
    lock.unlock();
  }
}
