package io.pawl.examples.arc;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shared ownership, step 3: all owners together count as one weak handle, so that an owner that
 * comes and goes changes one count instead of two.
 *
 * <p>What becomes harder is to know that nobody else has the value, which takes a look at both
 * counts. Between the two looks an owner could make a weak handle and leave, or the other way
 * round. So {@link #isUnique} locks the count of weak handles: while it is {@code LOCKED}, nobody
 * can make one.
 *
 * @see <a href="https://marabos.nl/atomics/building-arc.html">"Rust Atomics and Locks", chapter 6,
 *     "Optimizing"</a>
 */
public final class Arc3 implements AutoCloseable {

  private static final int LOCKED = Integer.MAX_VALUE;

  /** What the handles share. */
  private static final class Box {
    private final AtomicInteger owners = new AtomicInteger(1);

    /** The weak handles, plus one for all owners together. */
    private final AtomicInteger weaks = new AtomicInteger(1);

    private final Runnable closeValue;
    private final Runnable freeBox;

    Box(Runnable closeValue, Runnable freeBox) {
      this.closeValue = closeValue;
      this.freeBox = freeBox;
    }
  }

  /** A handle that does not keep the value. */
  static final class Weak implements AutoCloseable {
    private final Box box;

    private Weak(Box box) {
      this.box = box;
    }

    Optional<Arc3> upgrade() {
      int n = box.owners.get();
      while (n != 0) {
        int found = box.owners.compareAndExchange(n, n + 1);
        if (found == n) {
          return Optional.of(new Arc3(box));
        }
        n = found;
      }
      return Optional.empty();
    }

    @Override
    public void close() {
      if (box.weaks.decrementAndGet() == 0) {
        box.freeBox.run();
      }
    }
  }

  private final Box box;

  private Arc3(Box box) {
    this.box = box;
  }

  static Arc3 of(Runnable closeValue, Runnable freeBox) {
    return new Arc3(new Box(closeValue, freeBox));
  }

  Arc3 retain() {
    int _ = box.owners.incrementAndGet();
    return new Arc3(box);
  }

  Weak downgrade() {
    int n = box.weaks.get();
    while (true) {
      if (n == LOCKED) {
        Thread.onSpinWait();
        n = box.weaks.get();
      } else {
        int found = box.weaks.compareAndExchange(n, n + 1);
        if (found == n) {
          return new Weak(box);
        }
        n = found;
      }
    }
  }

  /** Whether this is the only handle of any kind. */
  boolean isUnique() {
    if (!box.weaks.compareAndSet(1, LOCKED)) {
      return false;
    }
    boolean unique = box.owners.get() == 1;
    box.weaks.setRelease(1);
    return unique;
  }

  @Override
  public void close() {
    if (box.owners.decrementAndGet() == 0) {
      box.closeValue.run();
      new Weak(box).close();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(20_000_000, System.out);
  }

  static void run(int times, PrintStream out) {
    try (Arc3 x = of(() -> out.println("value closed"), () -> out.println("box freed"))) {
      out.println("the only owner: " + x.isUnique());
      try (Weak weak = x.downgrade()) {
        out.println("beside a weak handle: " + x.isUnique());
        weak.upgrade().orElseThrow().close();
      }
      try (Arc3 _ = x.retain()) {
        out.println("beside another owner: " + x.isUnique());
      }
      out.println("alone again: " + x.isUnique());
    }
    out.println("one more owner and back, two counts: " + nanosOfTwoCounts(times) + " ns");
    out.println("one more owner and back, one count: " + nanosOfOneCount(times) + " ns");
  }

  private static long nanosOfTwoCounts(int times) {
    try (Arc2 arc = Arc2.of(() -> {}, () -> {})) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        arc.retain().close();
      }
      return (System.nanoTime() - start) / times;
    }
  }

  private static long nanosOfOneCount(int times) {
    try (Arc3 arc = of(() -> {}, () -> {})) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        arc.retain().close();
      }
      return (System.nanoTime() - start) / times;
    }
  }
}
