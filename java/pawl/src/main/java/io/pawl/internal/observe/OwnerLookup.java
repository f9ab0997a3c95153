package io.pawl.internal.observe;

import org.jspecify.annotations.Nullable;

/** Tells who holds a lock. */
@FunctionalInterface
public interface OwnerLookup {

  /**
   * Who holds a lock alone; a racy read.
   *
   * @param lock the lock, as its waiters name it
   * @return the thread, or null
   */
  @Nullable Thread ownerOf(Object lock);
}
