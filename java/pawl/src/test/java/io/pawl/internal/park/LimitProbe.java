package io.pawl.internal.park;

import io.pawl.internal.backend.Backend;
import io.pawl.locks.Mutex;
import java.lang.reflect.Field;
import java.util.concurrent.locks.LockSupport;

/** The main class of a child in which one thread waits, once and for long. */
final class LimitProbe {

  private LimitProbe() {}

  /**
   * Prints who has seen to it that tools see the thread wait.
   *
   * @param args anything if there is to be no rescuer
   */
  @SuppressWarnings("LockNotBeforeTry") // an error ends the program
  public static void main(String[] args) throws Exception {
    var _ = Backend.settled();
    if (args.length > 0) {
      haveNoRescuer();
    }
    Mutex mutex = new Mutex();
    mutex.lock();
    Thread waiter =
        new Thread(() -> {
          mutex.lock();
          mutex.unlock();
        });
    waiter.start();
    while (LockSupport.getBlocker(waiter) == null || waiter.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    int words = LongWaits.WORDS.leased();
    System.out.println(words + (LongWaits.WATCH.isWatched() ? ", watched" : ", by itself"));
    mutex.unlock();
    waiter.join();
  }

  /** As if its thread had been started and got no time to run. */
  private static void haveNoRescuer() throws ReflectiveOperationException {
    Parker.initialize();
    Field state = Rescuer.class.getDeclaredField("state");
    state.setAccessible(true);
    state.setInt(Rescuer.INSTANCE, Rescuer.STARTING);
  }
}
