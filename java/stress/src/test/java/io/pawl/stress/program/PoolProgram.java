package io.pawl.stress.program;

import io.pawl.kit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Tasks that return, throw, wait and are cancelled in a thread pool; tells what became of all. */
public final class PoolProgram implements Function<ThreadFactory, String> {

  private static final int THREADS = 4;
  private static final int PLACES = 10;
  private static final int CLIENTS = 3;
  private static final int TASKS = 2_000;
  private static final long LIMIT_SECONDS = Patience.ofSeconds(60).toSeconds();

  /** For the test, by its name. */
  public PoolProgram() {}

  @Override
  public String apply(ThreadFactory threads) {
    try {
      return "non-fair: %s; fair: %s; cut off: %s"
          .formatted(run(threads, false), run(threads, true), cutOff(threads));
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** What the clients have counted. */
  private static final class Tally {
    private final Semaphore mutex = new Semaphore(1);
    private long sum;
    private int failed;
    private int cancelled;

    void add(long moreSum, int moreFailed, int moreCancelled) {
      mutex.acquireUninterruptibly();
      try {
        sum += moreSum;
        failed += moreFailed;
        cancelled += moreCancelled;
      } finally {
        mutex.release();
      }
    }
  }

  private static String run(ThreadFactory threads, boolean fair)
      throws InterruptedException, TimeoutException {
    Crowd workers = new Crowd(threads);
    Crowd clients = new Crowd(threads);
    ThreadPool pool = new ThreadPool(workers, THREADS, PLACES, fair);
    Tally tally = new Tally();
    clients.start(CLIENTS, () -> submitAll(pool, tally));
    clients.disturb();
    pool.shutDown();
    boolean terminated = pool.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
    boolean rejected = isRejected(pool);
    workers.join();
    return "sum %d failed %d cancelled %d terminated %s rejects %s places %d"
        .formatted(
            tally.sum, tally.failed, tally.cancelled, terminated, rejected, pool.freePlaces());
  }

  private static boolean isRejected(ThreadPool pool) throws InterruptedException {
    try {
      Result<Integer> _ = pool.submit(() -> 1);
      return false;
    } catch (RejectedExecutionException e) {
      return true;
    }
  }

  private static void submitAll(ThreadPool pool, Tally tally) {
    List<Result<Long>> results = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      long number = i;
      if (i % 50 == 49) {
        cancelOne(pool);
      } else if (i % 20 == 10) {
        results.add(
            submit(
                pool,
                () -> {
                  throw new IllegalStateException("number " + number);
                }));
      } else {
        results.add(submit(pool, () -> number * number));
      }
    }
    long sum = 0;
    int failed = 0;
    for (Result<Long> result : results) {
      switch (end(result)) {
        case DONE -> {
          Long value = result.value();
          sum += value == null ? Long.MIN_VALUE : value;
        }
        case FAILED -> failed++;
        default -> throw new AssertionError("Cancelled by nobody");
      }
    }
    tally.add(sum, failed, TASKS / 50);
  }

  /** A task that waits for good, until it is cancelled. */
  private static void cancelOne(ThreadPool pool) {
    Result<Long> result = submit(pool, PoolProgram::waitForGood);
    boolean timedOut = false;
    while (!timedOut) {
      try {
        result.awaitBegun();
        Result.State _ = result.await(100, TimeUnit.MICROSECONDS);
      } catch (InterruptedException e) {
        // Once more.
      } catch (TimeoutException e) {
        timedOut = true;
      }
    }
    if (!result.cancel() || end(result) != Result.State.CANCELLED) {
      throw new AssertionError("Ended by itself");
    }
  }

  private static Long waitForGood() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0L;
  }

  private static Result<Long> submit(ThreadPool pool, Callable<Long> task) {
    for (; ; ) {
      try {
        Result<Long> result = pool.trySubmit(task, 20, TimeUnit.MICROSECONDS);
        return result != null ? result : pool.submit(task);
      } catch (InterruptedException e) {
        // It was not submitted: once more.
      }
    }
  }

  private static Result.State end(Result<Long> result) {
    for (; ; ) {
      try {
        return result.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // Once more.
      } catch (TimeoutException e) {
        throw new AssertionError("A task has not ended", e);
      }
    }
  }

  /** Shuts a pool down whose threads all wait for good. */
  private static String cutOff(ThreadFactory threads)
      throws InterruptedException, TimeoutException {
    Crowd workers = new Crowd(threads);
    ThreadPool pool = new ThreadPool(workers, THREADS, PLACES, true);
    List<Result<Long>> results = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      results.add(pool.submit(PoolProgram::waitForGood));
    }
    for (int i = 0; i < THREADS; i++) {
      results.get(i).awaitBegun();
    }
    boolean full = pool.trySubmit(() -> 1L, 1, TimeUnit.MILLISECONDS) == null;
    int left = pool.shutDownNow();
    boolean terminated = pool.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
    int failed = 0;
    for (Result<Long> result : results.subList(0, THREADS)) {
      if (result.await(LIMIT_SECONDS, TimeUnit.SECONDS) == Result.State.FAILED) {
        failed++;
      }
    }
    workers.join();
    return "full %s left %d failed %d terminated %s places %d"
        .formatted(full, left, failed, terminated, pool.freePlaces());
  }
}
