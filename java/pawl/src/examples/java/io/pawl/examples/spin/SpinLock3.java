package io.pawl.examples.spin;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A spin lock, step 3: locking returns a guard, through which alone the data is reached, and which
 * unlocks when it is closed.
 *
 * <p>In a try-with-resources statement nobody forgets to unlock, whatever is thrown. A guard that
 * is closed gives the data no more. In Rust the compiler refuses such a program; Java finds it when
 * it runs, and a reference to the data itself that somebody has kept it does not find at all.
 *
 * <p>{@link io.pawl.locks.Guarded} is this idea on a lock that sleeps; {@link
 * io.pawl.locks.SpinLock} is a lock to spin on with owner and checks.
 *
 * @param <T> the type of the data
 * @see <a href="https://marabos.nl/atomics/building-spinlock.html">"Rust Atomics and Locks",
 *     chapter 4, "A Safe Interface Using a Lock Guard"</a>
 */
public final class SpinLock3<T> {

  private final AtomicBoolean locked = new AtomicBoolean();
  private final T value;

  SpinLock3(T value) {
    this.value = value;
  }

  Guard lock() {
    while (locked.compareAndExchangeAcquire(false, true)) {
      Thread.onSpinWait();
    }
    return new Guard();
  }

  /** The right to use the data, until it is closed. */
  final class Guard implements AutoCloseable {

    private boolean closed;

    T get() {
      if (closed) {
        throw new IllegalStateException("the guard is closed");
      }
      return value;
    }

    /** Unlocks; once, so that closing twice does not open somebody else's lock. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        locked.setRelease(false);
      }
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    SpinLock3<List<Integer>> lock = new SpinLock3<>(new ArrayList<>());
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            try (var guard = lock.lock()) {
              guard.get().add(1);
            }
          });
      Thread _ =
          scope.start(() -> {
            try (var guard = lock.lock()) {
              guard.get().add(2);
              guard.get().add(2);
            }
          });
    }
    SpinLock3<List<Integer>>.Guard kept = lock.lock();
    out.println(kept.get());
    kept.close();
    try {
      boolean _ = kept.get().add(3);
    } catch (IllegalStateException e) {
      out.println("refused: " + e.getMessage());
    }
  }
}
