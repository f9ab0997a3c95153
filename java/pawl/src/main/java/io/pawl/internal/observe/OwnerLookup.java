package io.pawl.internal.observe;

import org.jspecify.annotations.Nullable;

/** Tells who holds a lock, and is told. */
public interface OwnerLookup {

  /**
   * Who holds a lock alone; a racy read.
   *
   * @param lock the lock, as its waiters name it
   * @return the thread, or null
   */
  @Nullable Thread ownerOf(Object lock);

  /**
   * Has the current thread known as the owner of a lock that it has just been given alone, before
   * observers look at it.
   *
   * @param lock the lock, as its waiters name it
   */
  void ownedByCurrentThread(Object lock);
}
