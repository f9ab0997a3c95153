package io.pawl.benchmarks.result;

/** Whether a target is met. */
public enum Verdict {
  /** The whole interval lies on the side of the target that was asked for. */
  MET,
  /** The whole interval lies on the other side. */
  NOT_MET,
  /** The target lies inside of the interval: more pairs would tell. */
  UNDECIDED;

  /**
   * The verdict over what has been reached.
   *
   * @param reached what has been measured
   * @param limit the target, which itself is good enough
   * @param better which values are
   */
  public static Verdict of(Interval reached, double limit, Better better) {
    boolean lowIsMet = better == Better.LESS ? reached.low() <= limit : reached.low() >= limit;
    boolean highIsMet = better == Better.LESS ? reached.high() <= limit : reached.high() >= limit;
    return lowIsMet == highIsMet ? (lowIsMet ? MET : NOT_MET) : UNDECIDED;
  }
}
