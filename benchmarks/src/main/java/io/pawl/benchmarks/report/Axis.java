package io.pawl.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Where values lie on a chart. */
sealed interface Axis {
  /** The width of a letter or digit of a tick. */
  double LETTER = 6;

  /** The coordinate of a value; one outside of the axis lies at its end. */
  double at(double value);

  /** Values for ticks, rising. */
  List<Double> ticks();

  /** Those of the ticks beside each other whose texts do not touch. */
  default List<Double> named(List<Double> ticks, DoubleFunction<String> text) {
    List<Double> named = new ArrayList<>();
    double end = Double.NEGATIVE_INFINITY;
    for (double tick : ticks) {
      double half = text.apply(tick).length() * LETTER / 2;
      if (half > 0 && at(tick) - half >= end) {
        named.add(tick);
        end = at(tick) + half + LETTER;
      }
    }
    return named;
  }

  /**
   * A logarithmic axis.
   *
   * @param low the value at the start
   * @param high the value at the end
   * @param from the coordinate of the start
   * @param to the coordinate of the end, which may be the smaller one
   */
  record Log(double low, double high, double from, double to) implements Axis {
    private static final double[] COARSE = {1};
    private static final double[] MIDDLE = {1, 2, 5};
    private static final double[] FINE = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9};

    /** Checks the range. */
    public Log {
      if (!(low > 0 && low < high)) {
        throw new IllegalArgumentException(low + " to " + high);
      }
    }

    @Override
    public double at(double value) {
      double within = Math.clamp(value, low, high);
      return from + (to - from) * Math.log(within / low) / Math.log(high / low);
    }

    /** Powers of ten, and multiples of those where there is room. */
    @Override
    public List<Double> ticks() {
      double decades = Math.log10(high / low);
      double decade = Math.abs(to - from) / decades;
      double[] digits = decade >= 450 ? FINE : decade >= 90 ? MIDDLE : COARSE;
      List<Double> ticks = new ArrayList<>();
      for (int exponent = (int) Math.floor(Math.log10(low)); ; exponent++) {
        double power = power(exponent);
        if (power > high * (1 + 1e-9)) {
          return ticks;
        }
        for (double digit : digits) {
          double tick = digit * power;
          if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
            ticks.add(tick);
          }
        }
      }
    }

    /** Exactly what a literal would be, which a product of 0.1 is not. */
    private static double power(int exponent) {
      return exponent < 0 ? 1 / Math.pow(10, -exponent) : Math.pow(10, exponent);
    }
  }

  /**
   * An axis from zero.
   *
   * @param high the value at the end
   * @param from the coordinate of zero
   * @param to the coordinate of the end
   */
  record Linear(double high, double from, double to) implements Axis {
    @Override
    public double at(double value) {
      return from + (to - from) * Math.clamp(value / high, 0, 1);
    }

    /** From three to six round numbers. */
    @Override
    public List<Double> ticks() {
      double power = Math.pow(10, Math.floor(Math.log10(high)));
      double step = high / power >= 5 ? power : high / power >= 2 ? power / 2 : power / 4;
      if (high / step > 6) {
        step *= 2;
      }
      List<Double> ticks = new ArrayList<>();
      for (int i = 0; i * step <= high * (1 + 1e-9); i++) {
        ticks.add(i * step);
      }
      return ticks;
    }
  }

  /**
   * HdrHistogram's axis of percentiles: logarithmic in 1 / (1 - p).
   *
   * @param nines the end: 3 for 99.9 %
   * @param from the coordinate of 0 %
   * @param to the coordinate of the end
   */
  record Percentile(double nines, double from, double to) implements Axis {
    @Override
    public double at(double percent) {
      double position = -Math.log10(Math.max(1 - percent / 100, 1e-12));
      return from + (to - from) * Math.clamp(position / nines, 0, 1);
    }

    /** 0, 50, 90, 99, 99.9 and so on. */
    @Override
    public List<Double> ticks() {
      List<Double> ticks = new ArrayList<>(List.of(0.0, 50.0));
      for (int nine = 1; nine <= nines; nine++) {
        ticks.add(100 - 100 / Math.pow(10, nine));
      }
      return ticks;
    }
  }
}
