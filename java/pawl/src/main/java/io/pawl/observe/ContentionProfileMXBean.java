package io.pawl.observe;

import java.util.List;

/** A {@link ContentionProfile} for JMX clients: what {@link ContentionProfile#register} shows. */
public interface ContentionProfileMXBean {

  /** What has been charged to one place for one lock. */
  interface TopLock {

    /**
     * The lock.
     *
     * @return its name, or class and identity
     */
    String getLock();

    /**
     * The place that released it.
     *
     * @return class, method and line; empty if it is not known
     */
    String getReleasedBy();

    /**
     * How many releases made others wait.
     *
     * @return the number, estimated
     */
    long getCount();

    /**
     * How long others waited.
     *
     * @return nanoseconds, estimated
     */
    long getTotalNanos();

    /**
     * For how long one release kept others waiting.
     *
     * @return nanoseconds
     */
    long getLongestNanos();

    /**
     * How many threads waited.
     *
     * @return the average number
     */
    double getWaiters();
  }

  /**
   * Whether the profile is being filled.
   *
   * @return true if so
   */
  boolean isRunning();

  /**
   * The places that others have waited for longest.
   *
   * @return up to twenty, the longest first
   */
  List<TopLock> getTopLocks();

  /**
   * How long threads have waited, all places together.
   *
   * @return nanoseconds, estimated
   */
  long getTotalNanos();

  /**
   * How many releases made others wait, all places together.
   *
   * @return the number, estimated
   */
  long getCount();

  /**
   * The profile as a table.
   *
   * @return lines
   */
  String table();

  /**
   * The profile as collapsed stacks.
   *
   * @return lines
   */
  String collapsed();

  /** Stops filling the profile. */
  void stop();

  /** Goes on filling it. */
  void resume();

  /** Forgets what is in it. */
  void reset();
}
