package io.pawl.benchmarks.result;

/**
 * A median and where it lies with a confidence of 95 %.
 *
 * @param median of the pairs
 * @param low the lower end
 * @param high the upper end
 * @param pairs how many it was taken of
 */
public record Interval(double median, double low, double high, int pairs) {
  /** Checks the order of the ends. */
  public Interval {
    if (!(low <= median && median <= high) || !Double.isFinite(low) || !Double.isFinite(high)) {
      throw new IllegalArgumentException(median + " in [" + low + ", " + high + "]");
    }
    if (pairs < 1) {
      throw new IllegalArgumentException(pairs + " pairs");
    }
  }

  /** What is known exactly, as the size of an object is. */
  public static Interval exact(double value) {
    return new Interval(value, value, value, 1);
  }

  /** This by a divisor. */
  public Interval by(double divisor) {
    double first = low / divisor;
    double second = high / divisor;
    return new Interval(median / divisor, Math.min(first, second), Math.max(first, second), pairs);
  }
}
