package io.pawl.internal.queue;

/**
 * Lets a stack overflow happen before the classes of the queue are initialized rather than in the
 * middle of it, which would make them unusable for ever.
 */
public final class StackRoom {

  private static final int DEPTH = 600;

  private StackRoom() {}

  /**
   * Returns if there is enough stack to initialize what a first wait needs.
   *
   * @throws StackOverflowError if there is not
   */
  public static void requireForFirstWait() {
    long _ = descend(DEPTH, 1, 2, 3, 4, 5, 6, 7);
  }

  /** Each frame keeps its arguments over the call. */
  private static long descend(int n, long a, long b, long c, long d, long e, long f, long g) {
    if (n == 0) {
      return a;
    }
    return descend(n - 1, b, c, d, e, f, g, a + n) ^ a ^ b ^ c ^ d ^ e ^ f ^ g;
  }
}
