package io.pawl.internal.observe;

import org.jspecify.annotations.Nullable;

/** Tells of the public classes of a package whose objects are parts of others, as views are. */
public abstract class PartFinder {

  /** Constructs a finder, which {@link Subjects#add} makes known. */
  protected PartFinder() {}

  /**
   * Finds what an object is a part of. Called for objects of all classes, by threads that are about
   * to wait among others: it is short, and does not wait.
   *
   * @param object any object
   * @return the whole, which may be a part itself; null if the object is no part that this knows
   */
  protected abstract @Nullable Object wholeOf(Object object);
}
