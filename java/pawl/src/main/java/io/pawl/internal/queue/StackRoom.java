package io.pawl.internal.queue;

/**
 * Makes a stack overflow come before a change that must not be left half done, instead of in the
 * middle of it.
 */
public final class StackRoom {

  /*
   * A frame with so many arguments takes a kilobyte while it is interpreted and a third of that once
   * it is compiled: they do not fit into registers, and all of them are needed after the call. A wake
   * goes through the frames of a native call, a dozen method handles among them; a wait survives an
   * overflow in these, which it leaves behind before it puts things in order, and then wakes whoever
   * comes next without asking whether that is of use.
   */
  private static final int STEP = 2;
  private static final int WAIT = 6;
  private static final int WAKE = 18;

  /** That of a wake, and of the calls that lead to one, which makes sure itself. */
  private static final int CLOSE = WAKE + 4;

  private StackRoom() {}

  /**
   * Makes sure that there is room for changing a state or two, where nobody has to be woken.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forStep() {
    descend(STEP);
  }

  /**
   * Makes sure that there is room for the frames of a wait.
   *
   * @throws StackOverflowError unless there is
   */
  static void forWait() {
    descend(WAIT);
  }

  /**
   * Makes sure that there is room for the frames of a wake.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forWake() {
    descend(WAKE);
  }

  /**
   * Makes sure that there is room for closing something, which may make sure of a wake itself.
   *
   * @throws StackOverflowError unless there is
   */
  public static void forClose() {
    descend(CLOSE);
  }

  private static void descend(int frames) {
    long _ =
        descend(
            frames, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
            23, 24);
  }

  private static long descend(
      int frames,
      long a0,
      long a1,
      long a2,
      long a3,
      long a4,
      long a5,
      long a6,
      long a7,
      long a8,
      long a9,
      long a10,
      long a11,
      long a12,
      long a13,
      long a14,
      long a15,
      long a16,
      long a17,
      long a18,
      long a19,
      long a20,
      long a21,
      long a22,
      long a23) {
    return frames == 0
        ? a0
        : descend(
                frames - 1,
                a1,
                a2,
                a3,
                a4,
                a5,
                a6,
                a7,
                a8,
                a9,
                a10,
                a11,
                a12,
                a13,
                a14,
                a15,
                a16,
                a17,
                a18,
                a19,
                a20,
                a21,
                a22,
                a23,
                a0)
            + a0
            + a1
            + a2
            + a3
            + a4
            + a5
            + a6
            + a7
            + a8
            + a9
            + a10
            + a11
            + a12
            + a13
            + a14
            + a15
            + a16
            + a17
            + a18
            + a19
            + a20
            + a21
            + a22
            + a23;
  }
}
