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

/** P1: how long do a lock and an unlock take that nobody else wants? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class P1Uncontended {
  private static final int PAIRS = 1000;

  @Param({
    "Mutex",
    "FairMutex",
    "ReentrantLock",
    "PawlReentrantLock",
    "StampedLock",
    "synchronized",
    "SpinLock",
    "ByteLock",
    "Guarded",
    "GuardedFunction",
    "BookMutex1",
    "BookMutex2",
    "BookMutex3"
  })
  String lock;

  private Guarded guarded;
  private long runs;

  /** Makes the lock. */
  @Setup
  public void setUp() {
    Linked.await();
    guarded = Locks.guarded(lock);
  }

  /** Locks, counts, unlocks; many times, since a call by JMH takes half as long. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public void lockUnlock() {
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
