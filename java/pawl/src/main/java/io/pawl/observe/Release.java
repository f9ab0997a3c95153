package io.pawl.observe;

import io.pawl.internal.observe.ReleaseRecord;
import org.jspecify.annotations.Nullable;

/**
 * The release of a lock, or of permits, for which others waited, as a {@link ContentionListener} is
 * told of it by the thread that releases.
 *
 * <p>What others waited is charged to the release that ends it: each nanosecond that a thread waits
 * for a lock, asleep or spinning before it sleeps, counts once, with the first release of that lock
 * after it. A release while nobody sleeps is not told; what those who spin have waited by then
 * counts with a later one, if they still wait. Who has given up, or acquired the lock, by then is
 * not counted, and neither are threads that a condition's signal has sent back to the lock.
 */
public sealed interface Release permits ReleaseRecord {

  /**
   * What was released.
   *
   * @return the lock or semaphore
   */
  Object subject();

  /**
   * The name of the subject.
   *
   * @return the name, or null if it has none
   */
  @Nullable String name();

  /**
   * Who released it.
   *
   * @return the current thread
   */
  Thread thread();

  /**
   * How many threads waited at the release.
   *
   * @return the number, 1 or more
   */
  int waiters();

  /**
   * How long others waited because of this hold, all their times added up.
   *
   * @return nanoseconds, since the last release that was told of this lock, or the beginning of
   *     each wait
   */
  long nanos();

  /**
   * For how long this hold has kept others waiting.
   *
   * @return nanoseconds, since the last release that was told of this lock, or the moment from
   *     which on there was somebody who waited
   */
  long longest();
}
