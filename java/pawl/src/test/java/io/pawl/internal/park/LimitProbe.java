package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.locks.Mutex;
import java.util.concurrent.locks.LockSupport;

/** The main class of a child in which one thread waits, once and for long. */
final class LimitProbe {

  private LimitProbe() {}

  /**
   * Prints who has seen to it that tools see the thread wait.
   *
   * @param args none
   */
  @SuppressWarnings("LockNotBeforeTry") // an error ends the program
  public static void main(String[] args) throws InterruptedException {
    var _ = Backend.settled();
    Mutex mutex = new Mutex();
    mutex.lock();
    Thread waiter =
        new Thread(() -> {
          mutex.lock();
          mutex.unlock();
        });
    waiter.start();
    while (LockSupport.getBlocker(waiter) == null || waiter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    int words = LongWaits.WORDS.leased();
    System.out.println(words + (LongWaits.WATCH.isWatched() ? ", watched" : ", by itself"));
    mutex.unlock();
    waiter.join();
  }
}
