package io.pawl.benchmarks;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long does it take to load a number while another thread uses it too?
 *
 * <p>After an experiment of "Rust Atomics and Locks", chapter 7. Opaque accesses stand for the
 * book's relaxed ones: each is done, and in order.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SharedLine {
  private static final int OPERATIONS = 1000;
  private static final long VALUE = 42;
  private static final MemorySegment CELLS = Cells.page();

  /** What the other thread does, again and again. */
  @Param({"nothing", "load", "store", "failingCas", "cas", "add"})
  String other;

  /** Begins with the value that nobody changes. */
  public SharedLine() {
    Cells.NUMBER.setVolatile(CELLS, 0L, VALUE);
  }

  /** The thread that is measured. */
  @Benchmark
  @Group("line")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void load() {
    checkedLoads();
  }

  private static void checkedLoads() {
    long sum = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      sum += (long) Cells.NUMBER.getOpaque(CELLS, 0L);
    }
    if (sum != OPERATIONS * VALUE) {
      throw new IllegalStateException(OPERATIONS + " loads gave " + sum);
    }
  }

  /** The other thread. */
  @Benchmark
  @Group("line")
  @GroupThreads(1)
  @OperationsPerInvocation(OPERATIONS)
  public void other() {
    switch (other) {
      case "nothing" -> Blackhole.consumeCPU(OPERATIONS);
      case "load" -> checkedLoads();
      case "store" -> store();
      case "failingCas" -> cas(VALUE + 1, false);
      case "cas" -> cas(VALUE, true);
      case "add" -> add();
      default -> throw new IllegalArgumentException(other);
    }
  }

  private static void store() {
    for (int i = 0; i < OPERATIONS; i++) {
      Cells.NUMBER.setOpaque(CELLS, 0L, VALUE);
    }
  }

  private static void cas(long expected, boolean success) {
    for (int i = 0; i < OPERATIONS; i++) {
      if (Cells.NUMBER.compareAndSet(CELLS, 0L, expected, VALUE) != success) {
        throw new IllegalStateException("success of a compare-and-set is not " + success);
      }
    }
  }

  private static void add() {
    for (int i = 0; i < OPERATIONS; i++) {
      long _ = (long) Cells.NUMBER.getAndAdd(CELLS, 0L, 0L);
    }
  }
}
