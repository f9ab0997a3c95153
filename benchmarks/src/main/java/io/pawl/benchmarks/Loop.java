package io.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads that each repeat an operation as fast as they can. Measures {@code ns}, the time of an
 * operation of one thread.
 */
final class Loop implements Task {
  /** Operations between two looks at the flag that ends a turn. */
  static final int BATCH = 1000;

  /** What one thread does: {@value #BATCH} operations, and the check of all it did in a turn. */
  interface Body {
    void batch() throws Throwable;

    default void check() {}
  }

  private final int threads;
  private final boolean virtual;
  private final Supplier<Body> bodies;
  private final Runnable check;

  private volatile boolean ended;

  /**
   * Constructs a loop.
   *
   * @param threads how many
   * @param bodies makes one for each thread of a turn
   * @param check of what all threads have done, after each turn
   */
  Loop(int threads, Supplier<Body> bodies, Runnable check) {
    this(threads, false, bodies, check);
  }

  /**
   * Constructs a loop.
   *
   * @param threads how many
   * @param virtual of which kind
   * @param bodies makes one for each thread of a turn
   * @param check of what all threads have done, after each turn
   */
  Loop(int threads, boolean virtual, Supplier<Body> bodies, Runnable check) {
    this.threads = threads;
    this.virtual = virtual;
    this.bodies = bodies;
    this.check = check;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    ended = false;
    CountDownLatch ready = new CountDownLatch(threads);
    List<Runner> runners = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Runner runner = new Runner(bodies.get(), ready);
      runners.add(runner);
      runner.thread.start();
    }
    ready.await();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(millis);
    ended = true;
    long operations = 0;
    long nanos = 0;
    for (Runner runner : runners) {
      runner.thread.join();
      runner.check();
      operations += runner.operations;
      nanos += runner.nanos;
    }
    long elapsed = System.nanoTime() - start;
    check.run();
    return new Reading()
        .with("ns", (double) nanos / operations)
        .with("cpus", (double) (CpuClock.nanos() - cpu) / elapsed);
  }

  private final class Runner implements Runnable {
    private final Thread thread =
        virtual ? Thread.ofVirtual().unstarted(this) : Thread.ofPlatform().unstarted(this);
    private final Body body;
    private final CountDownLatch ready;
    private long operations;
    private long nanos;
    private Throwable failure;

    Runner(Body body, CountDownLatch ready) {
      this.body = body;
      this.ready = ready;
    }

    @Override
    public void run() {
      ready.countDown();
      try {
        long start = System.nanoTime();
        do {
          body.batch();
          operations += BATCH;
        } while (!ended);
        nanos = System.nanoTime() - start;
      } catch (Throwable e) {
        failure = e;
      }
    }

    void check() {
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      body.check();
    }
  }
}
