package io.pawl.benchmarks;

import io.pawl.locks.Mutex;
import io.pawl.locks.RwLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * P12: how long does it take to construct a lock? With JMH's profiler {@code gc} also: how much
 * memory does that allocate?
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class P12Construction {

  /** Pawl's mutex. */
  @Benchmark
  public Mutex mutex() {
    return new Mutex();
  }

  /** The JDK's mutex. */
  @Benchmark
  public ReentrantLock reentrantLock() {
    return new ReentrantLock();
  }

  /** Pawl's read-write lock. */
  @Benchmark
  public RwLock rwLock() {
    return new RwLock();
  }

  /** The JDK's read-write lock. */
  @Benchmark
  public ReentrantReadWriteLock reentrantReadWriteLock() {
    return new ReentrantReadWriteLock();
  }

  /** The JDK's stamped lock. */
  @Benchmark
  public StampedLock stampedLock() {
    return new StampedLock();
  }
}
