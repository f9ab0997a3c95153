package io.pawl.internal.queue;

/**
 * How long to spin before a thread is put to sleep: a few steps, each twice as long as the last.
 */
final class Spin {

  /** The number of steps; none on a single processor, where nobody can release a lock meanwhile. */
  static final int STEPS = Runtime.getRuntime().availableProcessors() > 1 ? 6 : 0;

  private Spin() {}

  static void pause(int step) {
    for (int i = 1 << step; i > 0; i--) {
      Thread.onSpinWait();
    }
  }
}
