package io.pawl.benchmarks.result;

/**
 * Another implementation, beside which Pawl was measured.
 *
 * @param measured what it has done
 * @param ratio Pawl / peer over the pairs of neighbouring turns
 */
public record Peer(Measured measured, Interval ratio) {
  /** The name of the implementation. */
  public String name() {
    return measured.name();
  }
}
