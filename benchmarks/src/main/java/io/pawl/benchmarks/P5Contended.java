package io.pawl.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * P5: how many critical sections get through a lock that several threads want, and how evenly?
 *
 * <p>One invocation is a slice of time in which threads of its own fight over the lock, so the
 * result to read is not that of JMH but the counters: {@code sections} of all threads, and of the
 * threads with the fewest ({@code slowest}) and the most ({@code fastest}), per unit of time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class P5Contended {
  @Param({
    "Mutex",
    "FairMutex",
    "ReentrantLock",
    "PawlReentrantLock",
    "FairReentrantLock",
    "PawlFairReentrantLock",
    "StampedLock",
    "synchronized",
    "SpinLock",
    "BookMutex1",
    "BookMutex2",
    "BookMutex3"
  })
  String lock;

  @Param({"2", "4", "8"})
  int threads;

  /** Steps of work in a critical section. */
  @Param({"0", "50", "500", "2000"})
  int section;

  /** Work between two sections, as a multiple of that in a section (of 50 when it is empty). */
  @Param({"0", "4"})
  int outside;

  /** The length of a slice in milliseconds. */
  @Param("200")
  int slice;

  private Guarded guarded;
  private long expected;

  /** What JMH adds to its report. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Sections of all threads. */
    public long sections;

    /** Sections of the thread that ran the fewest. */
    public long slowest;

    /** Sections of the thread that ran the most. */
    public long fastest;
  }

  /** Makes the lock. */
  @Setup
  public void setUp() {
    Linked.await();
    guarded = Locks.guarded(lock);
  }

  /** One slice. */
  @Benchmark
  public void slice(Counters counters) throws InterruptedException {
    long[] counts = new Crowd(guarded, threads, section, between(section, outside)).run(slice);
    long sum = 0;
    long min = Long.MAX_VALUE;
    long max = 0;
    for (long count : counts) {
      sum += count;
      min = Math.min(min, count);
      max = Math.max(max, count);
    }
    expected += sum;
    guarded.check(expected);
    counters.sections += sum;
    counters.slowest += min;
    counters.fastest += max;
  }

  /**
   * The steps between two sections.
   *
   * @param section the steps in a section
   * @param outside as the parameter
   */
  static int between(int section, int outside) {
    return outside * (section == 0 ? 50 : section);
  }
}
