package io.pawl.examples.ordering;

import java.io.PrintStream;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What only sequential consistency forbids: two threads announce themselves, look for the other,
 * and both find nobody.
 *
 * <p>Each stores to a variable of its own and then loads that of the other. One of the two stores
 * was first, so one thread ought to see it. But a store waits in a buffer of the processor until
 * the line of memory arrives, and the load that follows does not wait for it. Releasing stores and
 * acquiring loads allow that: they order a store after what precedes it, not before what follows.
 * Volatile accesses (SeqCst) forbid it, and so does a full fence between the two.
 *
 * <p>This is the one thing that an x86 processor does show of weak memory order. Every lock that
 * asks "does somebody wait?" after it has been released is such a pair.
 *
 * @see <a href="https://marabos.nl/atomics/memory-ordering.html">"Rust Atomics and Locks", chapter
 *     3, "Sequentially Consistent Ordering"</a>
 */
public final class StoreBuffering extends Race {

  private static final String BOTH = "both entered";

  /** How stores and loads are ordered. */
  enum Order {
    OPAQUE("opaque"),
    RELEASE_ACQUIRE("release and acquire"),
    FENCED("opaque, a full fence between"),
    VOLATILE("volatile (SeqCst)");

    private final String title;

    Order(String title) {
      this.title = title;
    }

    /** Stores 1 to a place of mine, and returns what is in that of theirs. */
    int announceAndLook(AtomicIntegerArray mine, AtomicIntegerArray theirs, int place) {
      switch (this) {
        case OPAQUE -> mine.setOpaque(place, 1);
        case RELEASE_ACQUIRE -> mine.setRelease(place, 1);
        case FENCED -> {
          mine.setOpaque(place, 1);
          VarHandle.fullFence();
        }
        case VOLATILE -> mine.set(place, 1);
      }
      return switch (this) {
        case OPAQUE, FENCED -> theirs.getOpaque(place);
        case RELEASE_ACQUIRE -> theirs.getAcquire(place);
        case VOLATILE -> theirs.get(place);
      };
    }
  }

  private final Order order;
  private final AtomicIntegerArray a = new AtomicIntegerArray(PLACES);
  private final AtomicIntegerArray b = new AtomicIntegerArray(PLACES);
  private final boolean[] firstEntered = new boolean[PLACES];
  private final boolean[] secondEntered = new boolean[PLACES];

  StoreBuffering(Order order) {
    this.order = order;
  }

  @Override
  void first(int place) {
    firstEntered[place] = order.announceAndLook(a, b, place) == 0;
  }

  @Override
  void second(int place) {
    secondEntered[place] = order.announceAndLook(b, a, place) == 0;
  }

  @Override
  String outcome(int place) {
    return firstEntered[place] && secondEntered[place] ? BOTH : "at most one entered";
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(100, System.out);
  }

  static void run(int races, PrintStream out) {
    out.println("who sees nobody enters; both entered, of " + races * PLACES + " races:");
    for (Order order : Order.values()) {
      Map<String, Integer> counts = count(races, () -> new StoreBuffering(order));
      out.println("  " + order.title + ": " + counts.getOrDefault(BOTH, 0));
    }
  }
}
