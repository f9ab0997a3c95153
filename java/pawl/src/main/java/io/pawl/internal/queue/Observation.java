package io.pawl.internal.queue;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.OwnerLookup;
import io.pawl.internal.observe.ReleaseRecord;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.observe.WaitingTime;
import io.pawl.observe.Wait;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Has observers told of waits and releases, where the stack has room for it. */
public final class Observation {

  private Observation() {}

  /** Loads this class before a thread comes here at the end of its memory. */
  static void initialize() {}

  /**
   * Tells that the current thread begins to wait. The end is told in the same frame: the room that
   * this makes sure of is there then, so neither call throws anything.
   *
   * @param blocker what thread dumps show
   * @param mode what it waits for
   * @return what {@link Observers#ended} is to be given; null if nobody has been told
   */
  public static @Nullable WaitRecord began(Object blocker, Wait.Mode mode) {
    return began(blocker, mode, 0, null, null);
  }

  /**
   * Tells that the current thread begins to wait for what has a queue and an owner; otherwise as
   * {@link #began(Object, Wait.Mode)}.
   *
   * @param blocker what thread dumps show
   * @param mode what it waits for
   * @param queueLength how many wait before it
   * @param owners tells who holds what is waited for; null if nobody knows
   * @param charged to what the wait is charged, or null
   * @return what {@link Observers#ended} is to be given; null if nobody has been told
   */
  public static @Nullable WaitRecord began(
      Object blocker,
      Wait.Mode mode,
      int queueLength,
      @Nullable OwnerLookup owners,
      @Nullable WaitingTime charged) {
    try {
      FirstWait.prepare();
      StackRoom.forClose();
      return Observers.began(blocker, mode, queueLength, owners, charged);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError _) {
      return null;
    }
  }

  /**
   * Charges what others have waited to the release of the current thread, which has woken nobody
   * yet. Throws nothing: the list may be locked, and the wake is still to be done.
   *
   * @param <Q> its type
   * @param queue the queue of the waiters
   * @param field its field for what is known of them; set to null if nobody listens any more
   * @return what {@link Observers#released} is to be given afterwards, in the same frame; null if
   *     there is nothing to tell
   */
  static <Q> @Nullable ReleaseRecord charge(
      Q queue, AtomicReferenceFieldUpdater<Q, @Nullable WaitingTime> field) {
    try {
      // No more than what the caller has made sure of: compiled into it, the check may overflow
      // there.
      StackRoom.forStep();
      if (Observers.arePresent()) {
        WaitingTime charged = field.get(queue);
        return charged == null ? null : charged.charge();
      }
      field.set(queue, null);
    } catch (Throwable _) {
      // It is not told.
    }
    return null;
  }
}
