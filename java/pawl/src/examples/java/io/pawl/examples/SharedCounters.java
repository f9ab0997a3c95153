package io.pawl.examples;

import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * Counters that programs in Java and C share: {@code native/examples/counters.c} is the same
 * program. Any of them may be killed at any time.
 *
 * <p>An order is begun, then done: two counters, which are equal whenever nobody holds the mutex. A
 * program that dies between the two leaves them unlike; who comes next, in either language, is
 * told, and counts the order that was begun.
 *
 * <p>Run it as {@code SharedCounters /dev/shm/shop 1000000}.
 */
public final class SharedCounters {
  private static final long BYTES = 65_536;
  private static final long BEGUN = 0;
  private static final long DONE = 8;

  private SharedCounters() {}

  private static void repair(MemorySegment counters) {
    counters.set(ValueLayout.JAVA_LONG, DONE, counters.get(ValueLayout.JAVA_LONG, BEGUN));
  }

  private static void increment(MemorySegment counters, long counter) {
    long value = counters.get(ValueLayout.JAVA_LONG, counter);
    counters.set(ValueLayout.JAVA_LONG, counter, value + 1);
  }

  /** Counts orders; returns how many have been counted by all programs so far. */
  static long run(Path file, long orders) throws IOException {
    RegionOptions options = RegionOptions.defaults().label("counters");
    try (SharedRegion region = SharedRegion.create(file, BYTES, options)) {
      MemorySegment counters = region.data("counters", 64);
      SharedMutex mutex = region.mutex("orders", _ -> repair(counters));
      for (long i = 0; i < orders; i++) {
        try (var _ = mutex.acquire()) {
          increment(counters, BEGUN);
          increment(counters, DONE);
        }
      }
      try (var _ = mutex.acquire()) {
        return counters.get(ValueLayout.JAVA_LONG, DONE);
      }
    }
  }

  /** Runs the program: the file, and how many orders to count. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("orders: " + run(Path.of(arguments[0]), Long.parseLong(arguments[1])));
  }
}
