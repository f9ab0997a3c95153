package io.pawl.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does pieces of work on all processors. */
final class Team {

  /*
   * Algorithm. The calling thread and its helpers go through the pieces in order, and each does
   * those that nobody else has begun. The caller then takes the results in order.
   *
   * Deadlock. The caller is in the middle of loading a class. So it may hold what a helper waits
   * for: the lock of a class loader, or the initialization of a class. There are no helpers where
   * the agent's loader locks itself as a whole. The caller does a piece again that a helper has
   * begun and not ended in a while, so it waits for nobody without end. Pieces change nothing but
   * their results.
   *
   * Errors. A thread that cannot be started leaves the work to the others. What a piece throws, the
   * caller throws.
   */

  private static final long PATIENCE_SECONDS = 5;

  private Team() {}

  /** How many threads may work, the calling one among them. */
  static int size() {
    ClassLoader loader = Team.class.getClassLoader();
    return loader == null || loader.isRegisteredAsParallelCapable()
        ? Runtime.getRuntime().availableProcessors()
        : 1;
  }

  /**
   * Does a piece of work on each part.
   *
   * @param threads the most threads to do it, the calling one among them
   * @return the results, in the order of the parts
   */
  static <P, R> List<R> map(List<P> parts, Function<P, R> work, int threads) {
    List<FutureTask<R>> tasks = new ArrayList<>(parts.size());
    for (P part : parts) {
      tasks.add(new FutureTask<>(() -> work.apply(part)));
    }
    int most = Math.min(threads, parts.size());
    for (int i = 1; i < most && startHelper(tasks); i++) {}
    tasks.forEach(FutureTask::run);
    List<R> results = new ArrayList<>(parts.size());
    boolean interrupted = false;
    for (int i = 0; i < parts.size(); i++) {
      while (true) {
        try {
          results.add(tasks.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
          break;
        } catch (TimeoutException e) {
          results.add(work.apply(parts.get(i)));
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return results;
  }

  /** The thread that one works for, which may be a helper itself; null when it is none. */
  static @Nullable Thread leaderOf(Thread thread) {
    return thread instanceof Helper helper ? helper.leader : null;
  }

  private static boolean startHelper(List<? extends Runnable> tasks) {
    try {
      new Helper(() -> tasks.forEach(Runnable::run)).start();
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** Has nothing of the thread that it works for. */
  private static final class Helper extends Thread {
    final Thread leader = Thread.currentThread();

    Helper(Runnable work) {
      super(null, work, "pawl-agent", 0, false);
      setDaemon(true);
      setContextClassLoader(null);
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
  }
}
