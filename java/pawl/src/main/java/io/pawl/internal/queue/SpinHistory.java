package io.pawl.internal.queue;

/**
 * Whether spinning has paid off lately in one place: after a few failures in a row only each 64th
 * wait tries it, until one succeeds.
 *
 * <p>Not synchronized: where several threads use one history it may miss an outcome, which changes
 * how soon it adapts and nothing else.
 */
final class SpinHistory {
  private static final int MAX_FRUITLESS = 4;
  private static final int PROBE_MASK = 63;

  private int fruitless;

  /** Whether the present wait should spin; if so, {@link #record} is told what came of it. */
  boolean allows() {
    int f = fruitless;
    if (f < MAX_FRUITLESS || (f & PROBE_MASK) == 0) {
      return true;
    }
    fruitless = f + 1;
    return false;
  }

  /**
   * The same for the current thread: a virtual one does not spin, nor does any where it can't help.
   */
  boolean allowsCurrentThread() {
    return Spin.helps() && !Thread.currentThread().isVirtual() && allows();
  }

  /** Notes the outcome of a spin. */
  void record(boolean success) {
    fruitless = success ? 0 : fruitless + 1;
  }
}
