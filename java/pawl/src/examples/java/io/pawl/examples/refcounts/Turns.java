package io.pawl.examples.refcounts;

import io.pawl.examples.refcounts.PoisonedMemory.UseAfterFree;
import io.pawl.examples.threads.Scope;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Two owners that leave in the worst order: the first stops at a given point of its release, the
 * second does all of its own, the first goes on.
 */
final class Turns {

  private Turns() {}

  /**
   * Plays it.
   *
   * @param release a release, which calls the function that it is given at the point in question
   * @return what happened to the first
   */
  static String play(Consumer<Runnable> release) {
    CountDownLatch firstIsThere = new CountDownLatch(1);
    CountDownLatch secondHasDone = new CountDownLatch(1);
    String[] result = {"nothing"};
    try (Scope scope = new Scope()) {
      Thread _ =
          scope.start(() -> {
            try {
              release.accept(() -> {
                firstIsThere.countDown();
                await(secondHasDone);
              });
            } catch (UseAfterFree e) {
              result[0] = e.getMessage();
            } finally {
              firstIsThere.countDown();
            }
          });
      Thread _ =
          scope.start(() -> {
            await(firstIsThere);
            try {
              release.accept(() -> {});
            } finally {
              secondHasDone.countDown();
            }
          });
    }
    return result[0];
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
