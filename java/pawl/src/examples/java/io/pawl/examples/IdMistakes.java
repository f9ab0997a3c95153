package io.pawl.examples;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Broken and limited ways to hand out ids that do not repeat, three of them; {@link IdAllocation}
 * is the right one.
 *
 * <p>The counters have 8 bits, so that what takes the usual 32 some billions of calls happens here
 * within 300.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 */
public final class IdMistakes {

  private static final int WRAP = 256;
  private static final int LIMIT = 200;

  private IdMistakes() {}

  /** A way to hand out ids. */
  abstract static class Allocator {

    private final AtomicInteger next = new AtomicInteger();

    /** One atomic operation on a counter of 8 bits; returns what it was before. */
    final int getAndAdd(int delta) {
      return next.getAndUpdate(n -> Math.floorMod(n + delta, WRAP));
    }

    abstract OptionalInt allocate();
  }

  /** Broken: the counter wraps around, and then each id comes again. */
  static final class Wrapping extends Allocator {
    @Override
    OptionalInt allocate() {
      return OptionalInt.of(getAndAdd(1));
    }
  }

  /** Broken: refused calls go on counting, until the counter has wrapped all the same. */
  static final class Checking extends Allocator {
    @Override
    OptionalInt allocate() {
      int id = getAndAdd(1);
      return id < LIMIT ? OptionalInt.of(id) : OptionalInt.empty();
    }
  }

  /** Limited: right as long as fewer threads come at once than fit between limit and wrap. */
  static final class Subtracting extends Allocator {
    @Override
    OptionalInt allocate() {
      int id = add();
      return id < LIMIT ? OptionalInt.of(id) : takeBack();
    }

    /** The first step. A thread may be held up after it for as long as you like. */
    int add() {
      return getAndAdd(1);
    }

    /** The second step of those who are refused. */
    OptionalInt takeBack() {
      int _ = getAndAdd(-1);
      return OptionalInt.empty();
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    out.println("300 calls, with a counter that wraps after 256:");
    out.println("  add: " + repeated(new Wrapping()));
    out.println("  add, and refuse from 200 on: " + repeated(new Checking()));
    out.println("  add, refuse, and take back: " + repeated(new Subtracting()));
    out.println("the last, while others have added and not yet taken back:");
    out.println("  55 others: " + beside(55));
    out.println("  56 others: " + beside(56));
  }

  private static String repeated(Allocator allocator) {
    Set<Integer> ids = new HashSet<>();
    int granted = 0;
    for (int i = 0; i < 300; i++) {
      OptionalInt id = allocator.allocate();
      if (id.isPresent()) {
        granted++;
        boolean _ = ids.add(id.getAsInt());
      }
    }
    return "granted " + granted + ", different " + ids.size();
  }

  private static String beside(int others) {
    Subtracting allocator = new Subtracting();
    String _ = repeated(allocator);
    for (int i = 0; i < others; i++) {
      int _ = allocator.add();
    }
    OptionalInt id = allocator.allocate();
    return id.isPresent() ? "id " + id.getAsInt() + " is granted again" : "refused";
  }
}
