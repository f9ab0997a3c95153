package io.pawl.benchmarks;

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
    guarded = Locks.guarded(lock);
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
}
