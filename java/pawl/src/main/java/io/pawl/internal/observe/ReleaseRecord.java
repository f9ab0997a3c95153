package io.pawl.internal.observe;

import io.pawl.observe.Release;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one release.
 *
 * @param blocker what the waiters name as what they wait for
 * @param thread who released it
 * @param waiters how many waited
 * @param nanos how long they waited because of this hold, added up
 * @param longest for how long this hold has kept others waiting
 * @param event the event of the flight recorder that is ended by it, or null
 */
public record ReleaseRecord(
    Object blocker, Thread thread, int waiters, long nanos, long longest, @Nullable Object event)
    implements Release {

  /** Loads this class before there may be no memory for it. */
  static void initialize() {}

  @Override
  public Object subject() {
    return Subjects.of(blocker);
  }

  @Override
  public @Nullable String name() {
    return Subjects.nameOf(blocker);
  }

  /** Ends the event. */
  void record() {
    if (event != null) {
      Recording.holdEnded(event, this);
    }
  }
}
