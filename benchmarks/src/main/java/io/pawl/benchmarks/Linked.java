package io.pawl.benchmarks;

import io.pawl.Pawl;

/** Keeps what Pawl does once in a JVM out of the measurements. */
final class Linked {
  private Linked() {}

  /**
   * Waits until Pawl has linked native calls and settled its fences. Called in each JVM that
   * measures, whatever the implementation, but for the start-up.
   */
  static void await() {
    String _ = Pawl.describe();
  }
}
