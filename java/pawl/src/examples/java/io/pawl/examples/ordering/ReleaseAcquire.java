package io.pawl.examples.ordering;

import io.pawl.examples.threads.Scope;
import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Release and acquire: who reads the flag that a thread has set sees all that the thread wrote
 * before.
 *
 * <p>The data are ordinary fields. A releasing store of the flag orders what was written before it,
 * an acquiring load that sees this store orders what is read after it. With an opaque flag neither
 * holds: the reader may see the flag and yet old data.
 *
 * <p>An x86 processor never shows this: it keeps loads in order, and stores in order, whatever the
 * program asks for. There, only a compiler can move the accesses. A count of zero for the opaque
 * flag is therefore no proof that the program is right; on a processor with weaker rules, such as
 * an ARM, it need not be zero.
 *
 * @see <a href="https://marabos.nl/atomics/memory-ordering.html">"Rust Atomics and Locks", chapter
 *     3, "Release and Acquire Ordering"</a>
 */
public final class ReleaseAcquire extends Race {

  private static final String MISSED = "flag seen, data not";

  private final int[] data = new int[PLACES];
  private final AtomicIntegerArray flag = new AtomicIntegerArray(PLACES);
  private final int[] flagSeen = new int[PLACES];
  private final int[] dataSeen = new int[PLACES];
  private final boolean ordered;

  ReleaseAcquire(boolean ordered) {
    this.ordered = ordered;
  }

  @Override
  void first(int place) {
    data[place] = 123;
    if (ordered) {
      flag.setRelease(place, 1);
    } else {
      flag.setOpaque(place, 1);
    }
  }

  @Override
  void second(int place) {
    flagSeen[place] = ordered ? flag.getAcquire(place) : flag.getOpaque(place);
    dataSeen[place] = data[place];
  }

  @Override
  String outcome(int place) {
    return flagSeen[place] == 1 && dataSeen[place] != 123 ? MISSED : "in order";
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(100, 20_000_000, System.out);
  }

  static void run(int races, long pauseNanos, PrintStream out) {
    once(pauseNanos, out);
    out.println(MISSED + ", of " + races * PLACES + " races:");
    for (boolean ordered : new boolean[] {false, true}) {
      Map<String, Integer> counts = count(races, () -> new ReleaseAcquire(ordered));
      String order = ordered ? "release and acquire: " : "opaque: ";
      out.println("  " + order + counts.getOrDefault(MISSED, 0));
    }
  }

  /** One message from one thread to another. */
  private static void once(long pauseNanos, PrintStream out) {
    ReleaseAcquire race = new ReleaseAcquire(true);
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            LockSupport.parkNanos(2 * pauseNanos);
            race.first(0);
          });
      while (race.flag.getAcquire(0) == 0) {
        out.println("waiting...");
        LockSupport.parkNanos(pauseNanos);
      }
      out.println(race.data[0]);
    }
  }
}
