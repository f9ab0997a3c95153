package io.pawl.observe;

import io.pawl.internal.observe.WaitRecord;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one thread, as a {@link ContentionListener} is told of it. Any thread may ask; who
 * keeps it keeps what is waited for, and the threads, reachable.
 */
public sealed interface Wait permits WaitRecord {

  /** What a thread waits for. */
  enum Mode {
    /** A lock that it is to hold alone. */
    EXCLUSIVE,
    /** A lock that it is to share. */
    SHARED,
    /** Permits of a semaphore. */
    PERMITS,
    /** A signal of a condition, and then for the condition's lock. */
    CONDITION,
    /** A gate: a latch, a barrier, a phase, the end of an initializer, an object, a reader. */
    GATE,
    /** A thread to exchange objects with. */
    EXCHANGE,
    /** A change of a word, or an unpark. */
    PARK,
    /** The first of several things. */
    SELECT
  }

  /** How a wait has ended. */
  enum Outcome {
    /** The thread has the lock or the permits. */
    ACQUIRED,
    /** What else it waited for has come. */
    SIGNALLED,
    /** It has given up because the time had elapsed. */
    TIMED_OUT,
    /** It has given up because it was interrupted. */
    INTERRUPTED,
    /** Something was thrown. */
    FAILED
  }

  /**
   * What the thread waits for.
   *
   * @return the lock, condition, semaphore, latch or whatever it is; of a park, what the thread has
   *     named as its blocker, or else the thread
   */
  Object subject();

  /**
   * The name of the subject.
   *
   * @return the name, or null if it has none
   */
  @Nullable String name();

  /**
   * How the thread waits.
   *
   * @return the mode
   */
  Mode mode();

  /**
   * Who waits.
   *
   * @return the thread
   */
  Thread thread();

  /**
   * Who held the lock when the wait began.
   *
   * @return the thread; null if nobody held it alone at that moment, or the subject does not know
   *     its owner
   */
  @Nullable Thread previousOwner();

  /**
   * Who holds the lock now.
   *
   * @return the thread; null if nobody holds it alone, or the subject does not know its owner
   */
  @Nullable Thread currentOwner();

  /**
   * How many threads waited when this wait began, not counting this one; an estimate.
   *
   * @return the number; 0 where it is not known
   */
  int queueLength();

  /**
   * When the wait began.
   *
   * @return the time on the clock of {@link System#nanoTime()}
   */
  long startNanos();

  /**
   * How long the thread has waited.
   *
   * @return nanoseconds, until now if the wait is not over
   */
  long nanos();

  /**
   * How the wait has ended.
   *
   * @return the outcome, or null if the wait is not over
   */
  @Nullable Outcome outcome();
}
