package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.result.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Medians and their intervals. */
final class Statistics {
  private static final int RESAMPLES = 2000;
  private static final double CONFIDENCE = 0.95;

  private Statistics() {}

  /** The median. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * The median of all values, and its bootstrapped interval of 95 %. Values of one fork are not
   * independent of each other: what the compiler or the memory's layout has done to one set of
   * processes is in all of them. So forks are drawn first, and then values of the forks drawn.
   *
   * @param forks values by fork
   */
  static Interval interval(double[][] forks) {
    double[] all = Stream.of(forks).flatMapToDouble(Arrays::stream).toArray();
    SplittableRandom random = new SplittableRandom(1);
    double[] medians = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      medians[i] = median(resample(forks, random));
    }
    Arrays.sort(medians);
    double median = median(all);
    int tail = (int) Math.round(RESAMPLES * (1 - CONFIDENCE) / 2);
    return new Interval(
        median,
        Math.min(medians[tail], median),
        Math.max(medians[RESAMPLES - 1 - tail], median),
        all.length);
  }

  private static double[] resample(double[][] forks, SplittableRandom random) {
    return random
        .ints(forks.length, 0, forks.length)
        .mapToObj(fork -> forks[fork])
        .flatMapToDouble(
            values -> random.ints(values.length, 0, values.length).mapToDouble(i -> values[i]))
        .toArray();
  }
}
