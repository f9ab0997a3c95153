package io.pawl.internal.fence;

/** Tells which form the fences of the locks take. */
public final class Fences {
  private Fences() {}

  /**
   * Names the form in force.
   *
   * @return a word or two
   */
  public static String describe() {
    return "symmetric";
  }
}
