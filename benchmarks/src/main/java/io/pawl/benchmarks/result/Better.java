package io.pawl.benchmarks.result;

/** Which values are the better ones. */
public enum Better {
  /** Times, memory, CPU time. */
  LESS,
  /** Throughputs, shares of a bound, fairness. */
  MORE
}
