package io.pawl.internal.observe;

import org.jspecify.annotations.Nullable;

/**
 * What a package tells of objects of its public classes that are parts of others, as views and
 * inner locks are.
 *
 * <p>All methods are called with objects of any class, by threads that are about to wait among
 * others: they are short, and do not wait.
 */
public abstract class Parts {

  /** Constructs what {@link Subjects#add} makes known. */
  protected Parts() {}

  /**
   * Finds what an object is a part of.
   *
   * @param object any object
   * @return the whole, which may be a part itself; null if the object is no part that this knows
   */
  protected @Nullable Object wholeOf(Object object) {
    return null;
  }

  /**
   * Makes an object a part of another, unless it is of a class that this does not know.
   *
   * @param part any object
   * @param whole what it is a part of from now on
   * @return whether it has become a part
   */
  protected boolean join(Object part, Object whole) {
    return false;
  }

  /**
   * The name of a subject that has been given none.
   *
   * @param subject any object
   * @return its name, or null
   */
  protected @Nullable String nameOf(Object subject) {
    return null;
  }
}
