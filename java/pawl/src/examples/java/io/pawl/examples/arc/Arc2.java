package io.pawl.examples.arc;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shared ownership, step 2: weak handles, which do not keep the value and can find out whether it
 * is still there.
 *
 * <p>Two counts. {@code owners} says for how long the value lives. {@code handles}, of owners and
 * weak ones together, says for how long the box lives that holds the counts; where memory is freed
 * by hand, that is when the box is freed. Each owner has a weak handle inside, so it counts twice.
 *
 * <p>To upgrade, an ordinary increment does not do: it would bring a count of zero back to life. It
 * has to be a compare-and-exchange of a count that is not zero.
 *
 * @see <a href="https://marabos.nl/atomics/building-arc.html">"Rust Atomics and Locks", chapter 6,
 *     "Weak Pointers"</a>
 */
public final class Arc2 implements AutoCloseable {

  /** What the handles share. */
  private static final class Box {
    private final AtomicInteger owners = new AtomicInteger(1);
    private final AtomicInteger handles = new AtomicInteger(1);
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

    Weak retain() {
      int _ = box.handles.incrementAndGet();
      return new Weak(box);
    }

    /** Returns an owner, unless the last one has gone. */
    Optional<Arc2> upgrade() {
      int n = box.owners.get();
      while (n != 0) {
        int found = box.owners.compareAndExchange(n, n + 1);
        if (found == n) {
          return Optional.of(new Arc2(retain()));
        }
        n = found;
      }
      return Optional.empty();
    }

    @Override
    public void close() {
      if (box.handles.decrementAndGet() == 0) {
        box.freeBox.run();
      }
    }
  }

  private final Weak weak;

  private Arc2(Weak weak) {
    this.weak = weak;
  }

  static Arc2 of(Runnable closeValue, Runnable freeBox) {
    return new Arc2(new Weak(new Box(closeValue, freeBox)));
  }

  Arc2 retain() {
    int _ = weak.box.owners.incrementAndGet();
    return new Arc2(weak.retain());
  }

  Weak downgrade() {
    return weak.retain();
  }

  @Override
  public void close() {
    if (weak.box.owners.decrementAndGet() == 0) {
      weak.box.closeValue.run();
    }
    weak.close();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Arc2 x =
        of(() -> out.println("  the value is closed"), () -> out.println("  the box is freed"));
    Weak y = x.downgrade();
    Weak z = x.downgrade();
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            try (y;
                Arc2 owner = y.upgrade().orElseThrow()) {
              out.println(
                  "a weak handle has become an owner, " + owner.weak.box.owners + " in all");
            }
          });
    }
    out.println("the last owner leaves");
    x.close();
    out.println("the other weak handle finds the value: " + z.upgrade().isPresent());
    out.println("it leaves too");
    z.close();
  }
}
