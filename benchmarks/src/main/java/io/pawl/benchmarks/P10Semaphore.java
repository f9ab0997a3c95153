package io.pawl.benchmarks;

import io.pawl.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** P10: how long do an acquire and a release of a semaphore take that nobody else wants? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class P10Semaphore {
  private static final int PAIRS = 1000;

  @Param({"PawlSemaphore", "Semaphore"})
  String lock;

  private Guarded guarded;
  private long runs;

  /** Makes the semaphore. */
  @Setup
  public void setUp() {
    Linked.await();
    guarded = lock.equals("PawlSemaphore") ? new OfPawl() : new OfJdk();
  }

  /** Acquires, counts, releases. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public void acquireRelease() {
    Guarded local = guarded;
    for (int i = 0; i < PAIRS; i++) {
      local.run(0);
    }
    runs += PAIRS;
  }

  /** Checks the count. */
  @TearDown
  public void check() {
    guarded.check(runs);
  }

  private static final class OfPawl extends Guarded {
    private final Semaphore semaphore = new Semaphore(1);

    @Override
    long run(int steps) {
      semaphore.acquireUninterruptibly();
      try {
        return section(steps);
      } finally {
        semaphore.release();
      }
    }
  }

  private static final class OfJdk extends Guarded {
    private final java.util.concurrent.Semaphore semaphore = new java.util.concurrent.Semaphore(1);

    @Override
    long run(int steps) {
      semaphore.acquireUninterruptibly();
      try {
        return section(steps);
      } finally {
        semaphore.release();
      }
    }
  }
}
