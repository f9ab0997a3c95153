package io.pawl.internal.observe;

/** Which threads are inside a listener, so that what they do there is not told. */
public final class Inside {

  /**
   * An array of one, kept by the thread: it is of no class of Pawl's, so no thread keeps a class
   * loader.
   */
  private static final ThreadLocal<boolean[]> FLAG = new ThreadLocal<>();

  private Inside() {}

  /** Loads this class and what it uses. */
  static void initialize() {
    boolean[] _ = FLAG.get();
  }

  /**
   * Marks the current thread.
   *
   * @return false if it has been marked
   */
  public static boolean enter() {
    boolean[] flag = FLAG.get();
    if (flag == null) {
      flag = new boolean[1];
      FLAG.set(flag);
    }
    if (flag[0]) {
      return false;
    }
    flag[0] = true;
    return true;
  }

  /** Whether the current thread is marked. */
  static boolean isMarked() {
    boolean[] flag = FLAG.get();
    return flag != null && flag[0];
  }

  /** Marks the current thread, which has been marked, no longer. */
  static void leave() {
    boolean[] flag = FLAG.get();
    if (flag != null) {
      flag[0] = false;
    }
  }
}
