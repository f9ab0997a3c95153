package io.pawl.observe;

/**
 * Is told where threads wait for each other: what reports, metrics and logs of contention are made
 * of. {@link Contention#addListener} registers one.
 *
 * <p>It is called by the threads that wait and release, in the middle of what they do, so its
 * methods are to be short and must not wait. What a thread does inside a listener is not told: a
 * listener may use locks of Pawl, though waiting for one that the program also uses may end in a
 * deadlock, as anywhere. A listener that throws something does no harm: that is caught, and logged
 * once for each listener.
 *
 * <p>A wait is told from the attempt on that finds that it has to wait, whether the thread sleeps
 * then or spins; a lock that is free, or an attempt that does not wait, is not. Where the stack or
 * the memory is too short for a listener, it is not told.
 *
 * <p>Several threads call at the same time. Nothing is said about the order in which different
 * threads' calls come: a release may be told after the wait that it ended.
 *
 * {@snippet :
 * Contention.addListener(
 *     new ContentionListener() {
 *       @Override
 *       public void waitEnded(Wait wait) {
 *         histogram.record(wait.nanos());
 *       }
 *     });
 * }
 *
 * @see <a href="https://go.dev/doc/diagnostics#profiling">the mutex and block profiles of Go</a>
 */
public interface ContentionListener {

  /**
   * Called by a thread that begins to wait.
   *
   * @param wait what it waits for
   */
  default void waitBegan(Wait wait) {}

  /**
   * Called by the thread whose wait is over, if this listener was told that it began; by then it
   * has what it waited for, or has given up. A listener that has been removed meanwhile is called
   * nevertheless.
   *
   * @param wait the object that {@link #waitBegan} was given
   */
  default void waitEnded(Wait wait) {}

  /**
   * Called by a thread that has released a lock, or permits, for which others waited meanwhile. The
   * first of them has been woken by then.
   *
   * @param release what it has released
   */
  default void released(Release release) {}
}
