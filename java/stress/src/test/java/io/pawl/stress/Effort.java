package io.pawl.stress;

/** How much a test tries: little in each build, much with {@code -Pgate}. */
final class Effort {

  /** Whether the long forms are asked for, by the property {@code pawl.gate}. */
  static final boolean LONG = Boolean.getBoolean("pawl.gate");

  /** The tag of tests that have no short form. */
  static final String GATE = "gate";

  private Effort() {}

  /** One of two values, each for one form. */
  static <T> T of(T little, T much) {
    return LONG ? much : little;
  }
}
