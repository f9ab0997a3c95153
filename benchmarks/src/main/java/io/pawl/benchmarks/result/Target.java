package io.pawl.benchmarks.result;

import org.jspecify.annotations.Nullable;

/**
 * What a row is to reach, and whether it does.
 *
 * @param kind what is compared with the limit
 * @param peer that the ratio or the difference is to; null for the other kinds
 * @param limit at most which, or at least which if more is better
 * @param reached what has been measured
 * @param verdict whether that meets the limit
 */
public record Target(
    Kind kind, @Nullable String peer, double limit, Interval reached, Verdict verdict) {

  /** What is compared with the limit. */
  public enum Kind {
    /** Pawl / peer. */
    RATIO,
    /** Pawl / bound. */
    OF_BOUND,
    /** Pawl's own value, in the row's unit. */
    ABSOLUTE,
    /** Pawl - peer, in the row's unit. */
    DIFFERENCE
  }

  /** Pawl / peer is to be no worse than the limit. */
  public static Target ratio(String peer, double limit, Interval reached, Better better) {
    return of(Kind.RATIO, peer, limit, reached, better);
  }

  /** Pawl / bound is to be no worse than the limit. */
  public static Target ofBound(double limit, Interval reached, Better better) {
    return of(Kind.OF_BOUND, null, limit, reached, better);
  }

  /** Pawl's own value is to be no worse than the limit. */
  public static Target absolute(double limit, Interval reached, Better better) {
    return of(Kind.ABSOLUTE, null, limit, reached, better);
  }

  /** Pawl - peer is to be no worse than the limit. */
  public static Target difference(String peer, double limit, Interval reached, Better better) {
    return of(Kind.DIFFERENCE, peer, limit, reached, better);
  }

  private static Target of(
      Kind kind, @Nullable String peer, double limit, Interval reached, Better better) {
    return new Target(kind, peer, limit, reached, Verdict.of(reached, limit, better));
  }
}
