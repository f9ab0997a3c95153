package io.pawl.benchmarks.report;

import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Target;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text, of three digits or so whatever the magnitude. */
final class Numbers {
  private Numbers() {}

  static String text(double value) {
    return value == 0 ? "0" : text(value, decimals(value));
  }

  private static String text(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static int decimals(double value) {
    double size = Math.abs(value);
    return size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  }

  /** Without the zeros at the end, for what has been chosen and not measured. */
  static String chosen(double value) {
    String text = text(value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  static String with(String unit, double value) {
    return unit.equals("us") ? micros(value) : text(value) + suffix(unit);
  }

  static String with(String unit, Measured measured) {
    return with(unit, measured.median());
  }

  /** A time that is given in microseconds, in the unit that suits it. */
  static String micros(double micros) {
    return micros >= 1e6
        ? chosen(micros / 1e6) + " s"
        : micros >= 1e3
            ? chosen(micros / 1e3) + " ms"
            : micros >= 0.1 || micros == 0 ? chosen(micros) + " us" : chosen(micros * 1e3) + " ns";
  }

  /** A percentile with as many nines as it has. */
  static String percent(double percent) {
    return BigDecimal.valueOf(percent)
        .round(new MathContext(9))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** All three with as many decimals, enough to tell how they lie to a target. */
  static String interval(Interval interval) {
    double median = interval.median();
    int decimals = median == 0 ? 2 : Math.abs(median) < 1 ? 3 : decimals(median);
    return interval.low() == interval.high()
        ? text(median)
        : "%s [%s, %s]"
            .formatted(
                text(median, decimals),
                text(interval.low(), decimals),
                text(interval.high(), decimals));
  }

  /** What has been reached, in the terms of the target. */
  static String reached(Target target, Row row) {
    String text = interval(target.reached());
    return switch (target.kind()) {
      case RATIO, OF_BOUND -> text;
      case ABSOLUTE -> text + suffix(row.unit());
      case DIFFERENCE -> (target.reached().median() < 0 ? "" : "+") + text + suffix(row.unit());
    };
  }

  /** The limit alone: at most or at least which. */
  static String limit(Target target, Row row) {
    String text = chosen(target.limit());
    return switch (row.better()) {
          case LESS -> "<= ";
          case MORE -> ">= ";
        }
        + switch (target.kind()) {
          case RATIO, OF_BOUND -> text;
          case ABSOLUTE -> text + suffix(row.unit());
          case DIFFERENCE -> (target.limit() < 0 ? "" : "+") + text + suffix(row.unit());
        };
  }

  private static String suffix(String unit) {
    return unit.isEmpty() || unit.startsWith("/") ? unit : " " + unit;
  }
}
