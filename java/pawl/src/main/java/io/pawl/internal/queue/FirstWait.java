package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.park.Parker;

/**
 * Initializes what waits and wakes need, at a time when there is memory and stack for it: a class
 * whose initialization has failed is lost, for all later waits.
 */
public final class FirstWait {

  /*
   * The classes whose initialization can fail, here and in Parker.initialize, are those that are first
   * used by a wait, a wake or what makes a queue. None of them loads classes of Pawl while it initializes;
   * loading may fail and be repeated. A class that is initialized with the primitive, such as AcquireQueue, is
   * not among them.
   *
   * It is the thread that waits which does this, not one in the background: a reference that could not be
   * resolved there, for a LinkageError, would stay so for the threads that wait.
   *
   * Demands of the user may have to wait for memory or a thread for long, as nothing else does: they have an
   * attempt, at intervals, until all are begun.
   *
   * Memory order: initialized and prepared are plain. Who sees initialized finds the classes so, since the
   * virtual machine looks for itself; who misses it does no harm.
   */

  /** More than the initialization takes, in pieces that go wherever there is room. */
  private static final int PIECES = 32;

  private static final int PIECE_BYTES = 8 << 10;

  private static boolean initialized;
  private static boolean prepared;

  private FirstWait() {}

  /**
   * Initializes the classes, unless that has been done.
   *
   * @throws OutOfMemoryError if there is no memory for it; then it is done at a later wait
   * @throws StackOverflowError if the stack is too short for it; then it is done at a later wait
   */
  public static void prepare() {
    if (!prepared) {
      initialize();
    }
  }

  private static void initialize() {
    StackRoom.forWake();
    if (!initialized) {
      initializeClasses();
    }
    prepared = Observers.beginDemanded();
  }

  private static void initializeClasses() {
    Object _ = new byte[PIECES][PIECE_BYTES];
    Parker.initialize();
    Waiter.initialize();
    Observers.prepare();
    Observation.initialize();
    initialized = true;
  }
}
