package io.pawl.examples.ordering;

import io.pawl.examples.threads.Scope;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Two short pieces of code, run at the same time very often, to see what happens.
 *
 * <p>A single race shows nothing: one thread starts microseconds after the other, and what is
 * looked for takes nanoseconds. So each thread goes through an array of places, its piece at each
 * of them, and the two start together.
 */
abstract class Race {

  /** How many places a race has. */
  static final int PLACES = 10_000;

  /** What the first thread does. */
  abstract void first(int place);

  /** What the second thread does. */
  abstract void second(int place);

  /** What came of it, when both have ended. */
  abstract String outcome(int place);

  /** Runs races, each new, and counts what comes of them. */
  static Map<String, Integer> count(int races, Supplier<? extends Race> maker) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < races; i++) {
      Race race = maker.get();
      AtomicInteger started = new AtomicInteger();
      try (Scope scope = new Scope()) {
        Thread _ =
            scope.start(() -> {
              meet(started);
              for (int place = 0; place < PLACES; place++) {
                race.first(place);
              }
            });
        Thread _ =
            scope.start(() -> {
              meet(started);
              for (int place = 0; place < PLACES; place++) {
                race.second(place);
              }
            });
      }
      for (int place = 0; place < PLACES; place++) {
        int _ = counts.merge(race.outcome(place), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static void meet(AtomicInteger started) {
    int _ = started.incrementAndGet();
    while (started.get() < 2) {
      Thread.onSpinWait();
    }
  }
}
