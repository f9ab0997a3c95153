package io.pawl.examples;

import io.pawl.shared.Recovery;
import io.pawl.shared.RegionOptions;
import io.pawl.shared.SharedMutex;
import io.pawl.shared.SharedRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/**
 * A queue of jobs in a file, worked off by several processes, any of which may be killed at any
 * time: no job is lost, and each has one result.
 *
 * <p>A job is one word: 0 waits, a negative number is the worker that has it, a positive one is the
 * result. Words change under a mutex by one store each, so an owner that dies leaves nothing half
 * done. Each worker holds a mutex of its own as long as it lives; who can acquire the mutex of
 * another knows that it is dead, and takes its job.
 *
 * <p>Run it as {@code JobQueue /dev/shm/jobs} in three terminals, and kill one of them now and
 * then.
 */
public final class JobQueue {
  private static final long BYTES = 1 << 20;
  private static final int JOBS = 500;
  private static final int WORKERS = 1000;
  private static final long PAUSE_NANOS = 10_000_000;

  private final SharedRegion region;
  private final SharedMutex mutex;
  private final MemorySegment jobs;
  private final MemorySegment workers;

  private JobQueue(SharedRegion region) {
    this.region = region;
    this.mutex = region.mutex("queue", Recovery.NONE);
    this.jobs = region.data("jobs", JOBS * Long.BYTES);
    this.workers = region.data("number of workers", Long.BYTES);
  }

  private static SharedMutex life(SharedRegion region, long worker) {
    return region.mutex("worker " + worker, Recovery.NONE);
  }

  private long enlist() {
    long worker;
    try (var _ = mutex.acquire()) {
      worker = workers.get(ValueLayout.JAVA_LONG, 0) + 1;
      workers.set(ValueLayout.JAVA_LONG, 0, worker);
    }
    life(region, worker).lock();
    return worker;
  }

  private boolean isDead(long worker) {
    SharedMutex life = life(region, worker);
    if (life.isHeldByCurrentThread() || !life.tryLock()) {
      return false;
    }
    life.unlock();
    return true;
  }

  /**
   * Takes a job that waits or whose worker is dead: its number, -1 if all are taken, -2 if done.
   */
  private int take(long worker) {
    int none = -2;
    try (var _ = mutex.acquire()) {
      for (int job = 0; job < JOBS; job++) {
        long state = jobs.getAtIndex(ValueLayout.JAVA_LONG, job);
        if (state == 0 || (state < 0 && isDead(-state))) {
          jobs.setAtIndex(ValueLayout.JAVA_LONG, job, -worker);
          return job;
        }
        if (state < 0) {
          none = -1;
        }
      }
    }
    return none;
  }

  private void finish(int job, long result) {
    try (var _ = mutex.acquire()) {
      jobs.setAtIndex(ValueLayout.JAVA_LONG, job, result);
    }
  }

  private long work(LongUnaryOperator work) {
    long worker = enlist();
    try {
      for (int job = take(worker); job != -2; job = take(worker)) {
        if (job == -1) {
          LockSupport.parkNanos(PAUSE_NANOS);
        } else {
          finish(job, work.applyAsLong(job));
        }
      }
    } finally {
      life(region, worker).unlock();
    }
    long sum = 0;
    for (int job = 0; job < JOBS; job++) {
      sum += jobs.getAtIndex(ValueLayout.JAVA_LONG, job);
    }
    return sum;
  }

  /** Works until all jobs have results; returns their sum. */
  static long run(Path file, LongUnaryOperator work) throws IOException {
    RegionOptions options = RegionOptions.defaults().label("worker").names(WORKERS);
    try (SharedRegion region = SharedRegion.create(file, BYTES, options)) {
      return new JobQueue(region).work(work);
    }
  }

  /** Runs the program: the file. A job takes a hundredth of a second. */
  public static void main(String[] arguments) throws IOException {
    long sum =
        run(
            Path.of(arguments[0]),
            job -> {
              LockSupport.parkNanos(PAUSE_NANOS);
              return job + 1;
            });
    System.out.println("sum of the results: " + sum);
  }
}
