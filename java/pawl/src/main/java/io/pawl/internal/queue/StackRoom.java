package io.pawl.internal.queue;

/**
 * Makes a stack overflow come before a change that must not be left half done, instead of in the
 * middle of it.
 */
final class StackRoom {

  /**
   * The frames of a wait need up to four kilobytes while they are interpreted, and each frame here
   * takes 120 bytes once it is compiled: the arguments do not fit into registers, and all of them
   * are needed after the call.
   */
  private static final int FRAMES = 40;

  private StackRoom() {}

  /** Throws StackOverflowError unless there is room for the frames of a wait. */
  static void require() {
    long _ = descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  }

  private static long descend(
      int frames,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j,
      long k,
      long l) {
    return frames == 0
        ? a
        : descend(frames - 1, b, c, d, e, f, g, h, i, j, k, l, a) + a + b + c + d + e + f + g + h;
  }
}
