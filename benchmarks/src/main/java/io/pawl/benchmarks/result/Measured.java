package io.pawl.benchmarks.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one implementation has done in a row.
 *
 * @param name of the implementation
 * @param median of the samples, in the row's unit
 * @param samples one for each turn, in order
 * @param cpuNanos CPU time for each section or operation, in nanoseconds
 * @param cpusUsed CPU time by elapsed time
 * @param fairness what the slowest thread has done by what the fastest has
 */
public record Measured(
    String name,
    double median,
    List<Double> samples,
    @Nullable Double cpuNanos,
    @Nullable Double cpusUsed,
    @Nullable Double fairness) {
  /** Copies the samples. */
  public Measured {
    samples = List.copyOf(samples);
  }

  /** What has no CPU time or threads of interest. */
  public static Measured of(String name, double median, List<Double> samples) {
    return new Measured(name, median, samples, null, null, null);
  }
}
