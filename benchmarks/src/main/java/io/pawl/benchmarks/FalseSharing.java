package io.pawl.benchmarks;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does it take to load, store or add to a number that no other thread uses, if another
 * thread uses those beside it?
 *
 * <p>After an experiment of "Rust Atomics and Locks", chapter 7, where one thread loads the middle
 * one of three numbers and the other stores to the outer two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FalseSharing {
  private static final int OPERATIONS = 10_000;
  private static final long VALUE = 42;

  /** Where the middle number is, and first in a line. */
  private static final long MIDDLE = 2048;

  private static final MemorySegment CELLS = Cells.page();

  /** Bytes from one number to the next. */
  @Param({"8", "64", "128"})
  long distance;

  /** How many adds each thread has done. */
  private long middleAdds;

  private long outerAdds;

  /** Begins with the value that nobody changes, or adds to. */
  @Setup(Level.Iteration)
  public void setUp() {
    middleAdds = 0;
    outerAdds = 0;
    for (long place = MIDDLE - distance; place <= MIDDLE + distance; place += distance) {
      Cells.NUMBER.setVolatile(CELLS, place, VALUE);
    }
  }

  /** Loads the middle number. */
  @Benchmark
  @Group("loadBesideStores")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void load() {
    long sum = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      sum += (long) Cells.NUMBER.getOpaque(CELLS, MIDDLE);
    }
    if (sum != OPERATIONS * VALUE) {
      throw new IllegalStateException(OPERATIONS + " loads gave " + sum);
    }
  }

  /** Stores to both outer numbers. */
  @Benchmark
  @Group("loadBesideStores")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void besideLoad() {
    storeOuter();
  }

  /** Stores to the middle number. */
  @Benchmark
  @Group("storeBesideStores")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void store() {
    for (int i = 0; i < OPERATIONS; i++) {
      Cells.NUMBER.setOpaque(CELLS, MIDDLE, VALUE);
    }
  }

  /** Stores to both outer numbers. */
  @Benchmark
  @Group("storeBesideStores")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void besideStore() {
    storeOuter();
  }

  private void storeOuter() {
    long first = MIDDLE - distance;
    long last = MIDDLE + distance;
    for (int i = 0; i < OPERATIONS / 2; i++) {
      Cells.NUMBER.setOpaque(CELLS, first, VALUE);
      Cells.NUMBER.setOpaque(CELLS, last, VALUE);
    }
  }

  /** Adds to the middle number. */
  @Benchmark
  @Group("addBesideAdds")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void add() {
    for (int i = 0; i < OPERATIONS; i++) {
      long _ = (long) Cells.NUMBER.getAndAdd(CELLS, MIDDLE, 1L);
    }
    middleAdds += OPERATIONS;
  }

  /** Adds to both outer numbers. */
  @Benchmark
  @Group("addBesideAdds")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void besideAdd() {
    long first = MIDDLE - distance;
    long last = MIDDLE + distance;
    for (int i = 0; i < OPERATIONS / 2; i++) {
      long _ = (long) Cells.NUMBER.getAndAdd(CELLS, first, 1L);
      long _ = (long) Cells.NUMBER.getAndAdd(CELLS, last, 1L);
    }
    outerAdds += OPERATIONS;
  }

  /** Checks that each number holds what its thread has added, and nothing else. */
  @TearDown(Level.Iteration)
  public void check() {
    check(MIDDLE - distance, outerAdds / 2);
    check(MIDDLE, middleAdds);
    check(MIDDLE + distance, outerAdds / 2);
  }

  private static void check(long place, long adds) {
    long number = (long) Cells.NUMBER.getVolatile(CELLS, place);
    if (number != VALUE + adds) {
      throw new IllegalStateException(adds + " adds to " + VALUE + " gave " + number);
    }
  }
}
