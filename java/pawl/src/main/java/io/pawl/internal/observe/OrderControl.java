package io.pawl.internal.observe;

/** What {@link io.pawl.observe.LockOrder} may ask of the watch while it is on. */
public final class OrderControl {

  private OrderControl() {}

  /**
   * Allows any order between the classes of two locks.
   *
   * @param a a lock; nothing happens if it is not watched
   * @param b a lock; the same
   */
  public static void allow(Object a, Object b) {
    String first = LockClasses.of(a);
    String second = LockClasses.of(b);
    if (first != null && second != null) {
      allow(first, second);
    }
  }

  /**
   * Allows any order between two classes.
   *
   * @param a what a class is called
   * @param b what the other is called, or the same
   */
  public static void allow(String a, String b) {
    OrderGraph.ORDERS.allow(a, b);
  }

  /**
   * How many inversions have been found.
   *
   * @return the number
   */
  public static long inversions() {
    return OrderReport.inversions();
  }
}
