package io.pawl.examples;

import io.pawl.Once;
import java.io.PrintStream;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lazy initialization: a value that many threads need is made when the first of them asks.
 *
 * <p>{@link Racing} never waits: threads that come at the same time each make a value, the first to
 * put its own in wins, and all use the winner's. It fits values that are cheap to make and of which
 * too many do no harm. {@link OneTime} lets one thread make the value and the others wait for it.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 * @see <a href="https://marabos.nl/atomics/memory-ordering.html">chapter 3, on the memory order
 *     that lets others see the inside of the value</a>
 */
public final class LazyInit {

  private LazyInit() {}

  /** Makes the value perhaps several times, returns always the same. */
  static final class Racing<T> implements Supplier<T> {

    private final Supplier<T> maker;
    private final AtomicReference<T> value = new AtomicReference<>();

    Racing(Supplier<T> maker) {
      this.maker = maker;
    }

    /** An acquiring read sees all that the winner wrote before its exchange. */
    @Override
    public T get() {
      T found = value.getAcquire();
      return found != null ? found : race(maker.get());
    }

    private T race(T mine) {
      T winner = value.compareAndExchange(null, mine);
      return winner != null ? winner : mine;
    }
  }

  /** Makes the value once. */
  static final class OneTime<T> implements Supplier<T> {

    private final Supplier<T> maker;
    private final Once once = new Once();

    /** An ordinary field, which the once publishes. */
    @SuppressWarnings("NullAway.Init") // it is made before it is read
    private T value;

    OneTime(Supplier<T> maker) {
      this.maker = maker;
    }

    @Override
    public T get() {
      once.run(() -> value = Objects.requireNonNull(maker.get()));
      return value;
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run("racing", Racing::new, System.out);
    run("one-time", OneTime::new, System.out);
  }

  static void run(String name, Function<Supplier<UUID>, Supplier<UUID>> kind, PrintStream out) {
    int threads = 8;
    AtomicInteger made = new AtomicInteger();
    Supplier<UUID> key =
        kind.apply(() -> {
          int _ = made.incrementAndGet();
          return UUID.randomUUID();
        });
    Set<UUID> seen = ConcurrentHashMap.newKeySet();
    try (ExecutorService readers = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        Future<?> _ = readers.submit(() -> seen.add(key.get()));
      }
    }
    out.println(name + ": keys made " + made + ", keys seen " + seen.size());
  }
}
