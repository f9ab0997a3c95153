package io.pawl.internal.park;

import io.pawl.internal.backend.ServiceThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The wakes that have failed, for want of memory or of stack, and are still to be done: a thread
 * that has been taken out of its queue and not been woken would sleep for ever.
 */
final class OwedWakes {

  /*
   * Algorithm: a stack of parkers, linked through themselves, since there may be no memory. A wake that has failed
   * is tried once more; if it fails again it is owed. Owed wakes are tried by a thread that is started for
   * it, or, if it could not be started, by whoever parks or unparks next.
   *
   * Invariants
   *   I1  A parker is in the stack, or in the hands of a thread that pays, exactly while its owed is 1.
   *   I2  The rescuer to be started next has been made, unless one runs, which makes it before it goes.
   *   I3  While the stack is not empty and nobody pays, the rescuer runs, or could not be started: then whoever
   *       parks or unparks next pays, and tries to start it. Whoever has put a parker back into the stack
   *       starts the rescuer: it may have found the stack empty meanwhile and gone.
   *   I4  Whoever parks, and leaves the stack not empty and no rescuer, parks for a short time only, and
   *       is here again when it returns. What is left: all threads sleep that have parked before, and the one
   *       whose wake has failed ends without parking or unparking again.
   *
   * A wake too many is harmless: it makes a later park return for no reason.
   *
   * Memory order
   *   TOP      volatile CAS to push, exchange to take all: publishes the links
   *   owed     volatile CAS; cleared by who has taken the parker, after it has read the link
   *   RESCUER  volatile CAS to 1; to 0 by the rescuer, which looks at the stack afterwards
   */
  private static final long FIRST_PAUSE_NANOS = 1_000_000;
  private static final long LAST_PAUSE_NANOS = 64_000_000;

  private static final String THREAD_NAME = "pawl-wake";

  private static final AtomicReference<@Nullable Parker> TOP = new AtomicReference<>();
  private static final AtomicInteger RESCUER = new AtomicInteger();

  /** The thread to be started next, made while there was memory for it. */
  private static volatile @Nullable Rescuer next = make();

  private OwedWakes() {}

  /** Initializes this class, see {@link Parker#initialize}. */
  static void initialize() {
    Rescuer.initialize();
  }

  /**
   * Makes up for a wake that has failed.
   *
   * @param parker whose wake it was
   */
  static void add(Parker parker) {
    if (!succeeds(parker)) {
      push(parker);
      startRescuer();
    }
  }

  /** Tries the wakes that are owed, if there are any and no rescuer runs. */
  static void pay() {
    if (TOP.get() != null && RESCUER.get() == 0) {
      payAll();
      if (TOP.get() != null) {
        startRescuer();
      }
    }
  }

  /**
   * Tries the wakes that are owed, as the current thread is about to park.
   *
   * @param deadline when it is to return at the latest
   * @return the deadline, or a sooner one if something is owed and the rescuer could not be started
   */
  static long payBefore(long deadline) {
    pay();
    return TOP.get() != null && RESCUER.get() == 0
        ? Deadlines.sooner(deadline, LAST_PAUSE_NANOS)
        : deadline;
  }

  private static void payAll() {
    Parker parker = TOP.getAndSet(null);
    while (parker != null) {
      Parker next = parker.nextOwed;
      parker.nextOwed = null;
      parker.owed = 0;
      if (!succeeds(parker)) {
        push(parker);
      }
      parker = next;
    }
  }

  private static boolean succeeds(Parker parker) {
    try {
      parker.wakeAgain();
      return true;
    } catch (Throwable _) {
      return false;
    }
  }

  private static void push(Parker parker) {
    if (parker.owe()) {
      Parker top;
      do {
        top = TOP.get();
        parker.nextOwed = top;
      } while (!TOP.compareAndSet(top, parker));
    }
  }

  /** Starts the rescuer unless it runs, or can't be started. */
  private static void startRescuer() {
    if (RESCUER.compareAndSet(0, 1)) {
      try {
        Rescuer rescuer = next;
        (rescuer != null ? rescuer : new Rescuer()).start();
      } catch (Throwable _) {
        RESCUER.set(0);
      }
    }
  }

  private static @Nullable Rescuer make() {
    try {
      return new Rescuer();
    } catch (Throwable _) {
      return null;
    }
  }

  /** Pays until nothing is owed. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it is not to be inherited
  private static final class Rescuer extends Thread {

    Rescuer() {
      super(ServiceThread.topmostGroup(), null, THREAD_NAME, 0, false);
      setDaemon(true);
      setPriority(NORM_PRIORITY);
      setContextClassLoader(null);
    }

    static void initialize() {}

    @Override
    public void run() {
      do {
        payUntilNothingIsOwed();
        RESCUER.set(0);
      } while (TOP.get() != null && RESCUER.compareAndSet(0, 1));
    }

    /** Goes on whatever is thrown. */
    private static void payUntilNothingIsOwed() {
      long pause = FIRST_PAUSE_NANOS;
      while (TOP.get() != null || !isNextMade()) {
        try {
          payAll();
          boolean _ = Thread.interrupted();
          LockSupport.parkNanos(pause);
        } catch (Throwable _) {
          // The next round comes.
        }
        pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
      }
    }

    private static boolean isNextMade() {
      next = make();
      return next != null;
    }
  }
}
