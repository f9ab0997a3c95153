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
  private static final int PAIRS = 1000;

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

    /** Reads many times, since a call by JMH takes longer than a read. */
    void read(Shared shared) {
      for (int i = 0; i < PAIRS; i++) {
        sum += shared.read();
      }
      reads += PAIRS;
    }

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
  @OperationsPerInvocation(PAIRS)
  public void oneReader(Reader reader) {
    reader.read(shared);
  }

  /** P4. */
  @Benchmark
  @Threads(2)
  @OperationsPerInvocation(PAIRS)
  public void twoReaders(Reader reader) {
    reader.read(shared);
  }

  /** Twice as many. */
  @Benchmark
  @Threads(4)
  @OperationsPerInvocation(PAIRS)
  public void fourReaders(Reader reader) {
    reader.read(shared);
  }

  /** Checks that no reader has stayed. */
  @TearDown
  public void checkIsFree() {
    shared.add(1);
    shared.add(-1);
    if (shared.read() != VALUE) {
      throw new IllegalStateException("the value has changed");
    }
  }
}
