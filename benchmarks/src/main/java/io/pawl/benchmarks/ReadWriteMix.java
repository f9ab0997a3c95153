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
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How long does an operation take if one in so many is a write, for each of two threads that read
 * and write?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadWriteMix {
  @Param({
    "RwLock",
    "ReentrantReadWriteLock",
    "PawlReentrantReadWriteLock",
    "StampedLock",
    "PawlStampedLock"
  })
  String lock;

  /** One operation of so many is a write. */
  @Param({"1000", "10"})
  int period;

  private Shared shared;
  private long writes;
  private int threadsToEnd;

  /** What one thread does. */
  @State(Scope.Thread)
  public static class Actor {
    private int untilWrite;
    private long written;
    private long last;

    /** Begins with reads. */
    @Setup
    public void setUp(ReadWriteMix mix) {
      untilWrite = mix.period;
    }

    /** Hands in the count. */
    @TearDown
    public void end(ReadWriteMix mix) {
      mix.end(written);
    }
  }

  /** Makes the lock. */
  @Setup
  public void setUp(BenchmarkParams parameters) {
    Linked.await();
    shared = RwLocks.shared(lock);
    threadsToEnd = parameters.getThreads();
  }

  /** Reads, or writes if it is time to. The value read never goes back. */
  @Benchmark
  @Threads(2)
  public void operation(Actor actor) {
    if (--actor.untilWrite == 0) {
      actor.untilWrite = period;
      actor.written++;
      shared.add(1);
      return;
    }
    long value = shared.read();
    if (value < actor.last) {
      throw new IllegalStateException(value + " read after " + actor.last);
    }
    actor.last = value;
  }

  /** Checks, when all threads have handed in their counts, that each write is in the value. */
  private synchronized void end(long written) {
    writes += written;
    threadsToEnd--;
    if (threadsToEnd == 0 && shared.read() != writes) {
      throw new IllegalStateException(writes + " writes gave " + shared.read());
    }
  }
}
