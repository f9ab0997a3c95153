package io.pawl.locks;

import io.pawl.Pawl;
import io.pawl.internal.backend.Preparation;

/** What {@link EarlyReadsTest} runs. */
@SuppressWarnings("LockNotBeforeTry") // the probe ends if something fails
final class EarlyReadsProbe {

  private EarlyReadsProbe() {}

  /**
   * Prints whether slots have been opened before it was known for which fences, and afterwards.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    RwLock lock = new RwLock();
    boolean early = false;
    for (int i = 0; i < 10 * RwSync.READS_TO_OPEN; i++) {
      read(lock);
      early |= lock.sync().areSlotsOpen() && !Preparation.isSettled();
    }
    String _ = Pawl.describe();
    for (int i = 0; i < RwSync.READS_TO_OPEN; i++) {
      read(lock);
    }
    System.out.println(early + " " + lock.sync().areSlotsOpen());
  }

  private static void read(RwLock lock) {
    lock.readLock().lock();
    lock.readLock().unlock();
  }
}
