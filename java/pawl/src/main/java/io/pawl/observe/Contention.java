package io.pawl.observe;

import io.pawl.internal.observe.Observers;

/** Where {@linkplain ContentionListener listeners} for contention are registered. */
public final class Contention {

  private Contention() {}

  /**
   * Has a listener told of all waits that begin from now on, and of all releases. As long as there
   * is a listener, or a flight recording of such events, waiting allocates memory; while there is
   * none it does not, and costs what it did.
   *
   * @param listener who is told; one that is registered already is told once more of each
   * @throws NullPointerException if listener is null
   */
  public static void addListener(ContentionListener listener) {
    Observers.add(listener);
  }

  /**
   * Has a listener no longer told of new waits and of releases; one that was added several times
   * stays registered once less. It may be called a little longer by threads that are about to, and
   * is still told of the end of waits of whose beginning it was told.
   *
   * @param listener who was told
   * @return false if it was not registered
   * @throws NullPointerException if listener is null
   */
  public static boolean removeListener(ContentionListener listener) {
    return Observers.remove(listener);
  }
}
