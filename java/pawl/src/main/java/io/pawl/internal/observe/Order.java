package io.pawl.internal.observe;

/**
 * Whether the order in which threads take locks is watched.
 *
 * <p>Read once: where it is off, compilers take the whole of it out of the locks.
 */
public final class Order {

  private static final String PROPERTY = "pawl.order";

  private static final String DEMAND = System.getProperty(PROPERTY, "off");

  /** Whether an inversion is thrown rather than logged. */
  static final boolean THROWS = DEMAND.equals("throw");

  /** Whether to tell {@link HeldLocks} of what is locked. */
  public static final boolean ON = THROWS || DEMAND.equals("warn");

  static {
    if (!ON && !DEMAND.equals("off")) {
      System.getLogger(OrderReport.LOGGER)
          .log(
              System.Logger.Level.WARNING, PROPERTY + " is none of warn, throw and off: " + DEMAND);
    }
  }

  private Order() {}
}
