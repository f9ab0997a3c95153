package io.pawl.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * P3 and P4: how long do a read lock and unlock take while nobody writes, for one reader and for
 * each of two?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class P3ReadLock {
  private static final long VALUE = 42;

  @Param({
    "RwLock",
    "ReentrantReadWriteLock",
    "PawlReentrantReadWriteLock",
    "StampedLock",
    "PawlStampedLock",
    "BookRwLock1",
    "BookRwLock2",
    "BookRwLock3"
  })
  String lock;

  private Shared shared;

  /** Counts what a reader has read. */
  @State(Scope.Thread)
  public static class Reader {
    private long reads;
    private long sum;

    /** Checks that each read gave the value. */
    @TearDown
    public void check() {
      if (sum != reads * VALUE) {
        throw new IllegalStateException(reads + " reads gave " + sum);
      }
    }
  }

  /** Makes the lock. */
  @Setup
  public void setUp() {
    Linked.await();
    shared = RwLocks.shared(lock);
    shared.add(VALUE);
  }

  /** P3. */
  @Benchmark
  public void oneReader(Reader reader) {
    reader.reads++;
    reader.sum += shared.read();
  }

  /** P4. */
  @Benchmark
  @Threads(2)
  public void twoReaders(Reader reader) {
    reader.reads++;
    reader.sum += shared.read();
  }

  /** Twice as many. */
  @Benchmark
  @Threads(4)
  public void fourReaders(Reader reader) {
    reader.reads++;
    reader.sum += shared.read();
  }

  /** Checks that no reader has stayed: the write lock is free. */
  @TearDown
  public void check() {
    shared.add(-VALUE);
    if (shared.read() != 0) {
      throw new IllegalStateException("the value has changed");
    }
  }
}
