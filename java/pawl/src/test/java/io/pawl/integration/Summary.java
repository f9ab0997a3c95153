package io.pawl.integration;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is known of measurements: of each station, and how often it was how warm. */
final class Summary {

  /** How many degrees above zero can be counted, and below. */
  private static final int RANGE = 100;

  private final Map<String, IntSummaryStatistics> stations = new TreeMap<>();
  private final long[] degrees = new long[2 * RANGE];

  /** Adds to what is known of the stations. */
  void addStations(MemorySegment batch) {
    Batch.Reader measurements = new Batch.Reader(batch);
    while (measurements.next()) {
      stations
          .computeIfAbsent(measurements.station(), _ -> new IntSummaryStatistics())
          .accept(measurements.tenths());
    }
  }

  /** Counts how warm it was. */
  void addDegrees(MemorySegment batch) {
    Batch.Reader measurements = new Batch.Reader(batch);
    while (measurements.next()) {
      int degree = Math.floorDiv(measurements.tenths(), 10);
      if (degree < -RANGE || degree >= RANGE) {
        throw new IllegalArgumentException("It was never as warm as " + degree + " degrees");
      }
      degrees[degree + RANGE]++;
    }
  }

  /** Adds what another thread knows. */
  synchronized void add(Summary other) {
    other.stations.forEach((name, known) ->
        stations.computeIfAbsent(name, _ -> new IntSummaryStatistics()).combine(known));
    for (int i = 0; i < degrees.length; i++) {
      degrees[i] += other.degrees[i];
    }
  }

  /** All of it as text, sorted. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    stations.forEach((name, known) ->
        lines.add(
            "%s: %d times, %d to %d, %d in all"
                .formatted(
                    name, known.getCount(), known.getMin(), known.getMax(), known.getSum())));
    for (int i = 0; i < degrees.length; i++) {
      lines.add("%d degrees: %d times".formatted(i - RANGE, degrees[i]));
    }
    return lines;
  }
}
