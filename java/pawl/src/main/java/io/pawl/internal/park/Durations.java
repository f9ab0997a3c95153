package io.pawl.internal.park;

import org.jspecify.annotations.Nullable;

/** Times as users write them in system properties: {@code 500us}, {@code 20ms}, {@code 2s}. */
public final class Durations {

  private Durations() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {}

  /**
   * Reads a time.
   *
   * @param text a whole number and a unit, one of ns, us, ms and s; or 0
   * @param otherwise what to return if the text is null or not a time
   * @return nanoseconds
   */
  public static long nanos(@Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    try {
      long number = Long.parseLong(text.substring(0, digits));
      return switch (text.substring(digits)) {
        case "ns" -> number;
        case "us" -> Math.multiplyExact(number, 1_000L);
        case "ms" -> Math.multiplyExact(number, 1_000_000L);
        case "s" -> Math.multiplyExact(number, 1_000_000_000L);
        default -> number == 0 && digits == text.length() ? 0 : otherwise;
      };
    } catch (ArithmeticException | NumberFormatException _) {
      return otherwise;
    }
  }

  /**
   * Writes a time as {@link #nanos} reads it, in the largest unit that needs no fraction.
   *
   * @param nanos nanoseconds, not negative
   * @return a number and a unit
   */
  public static String text(long nanos) {
    String[] units = {"ns", "us", "ms", "s"};
    int unit = 0;
    long number = nanos;
    while (number != 0 && number % 1000 == 0 && unit < units.length - 1) {
      number /= 1000;
      unit++;
    }
    return number + units[unit];
  }
}
