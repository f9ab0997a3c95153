package io.pawl.benchmarks;

import io.pawl.locks.RwLock;
import io.pawl.rcu.Rcu;
import io.pawl.rcu.RcuCell;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** How long does it take to read a volatile field, bare, in a read section, and under locks? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RcuReadSection {
  private static final int READS = 1000;

  private final Rcu rcu = new Rcu();
  private final RcuCell<Value> cell = new RcuCell<>(new Value(1), rcu);
  private final RwLock.ReadLock read = new RwLock().readLock();
  private final StampedLock stamped = new StampedLock();
  private final AtomicLong gate = new AtomicLong();
  private volatile long value = 1;

  /** What a cell holds. */
  private record Value(long number) implements AutoCloseable {
    @Override
    public void close() {}
  }

  /** Waits until native calls are linked, so that fences are asymmetric where they can be. */
  @Setup
  public void setUp() {
    Linked.await();
  }

  private static void check(long sum) {
    if (sum != READS) {
      throw new IllegalStateException(READS + " reads gave " + sum);
    }
  }

  /** The field alone. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void bare() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += value;
    }
    check(sum);
  }

  /** Between two opaque loads, the least that a section costs. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void opaque() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      long before = gate.getOpaque();
      sum += value;
      sum += gate.getOpaque() - before;
    }
    check(sum);
  }

  /** In a read section. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void section() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      long section = rcu.enter();
      try {
        sum += value;
      } finally {
        rcu.exit(section);
      }
    }
    check(sum);
  }

  /** The same for each of two threads. */
  @Benchmark
  @Threads(2)
  @OperationsPerInvocation(READS)
  public void sectionTwo() {
    section();
  }

  /** A value in a cell. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void cell() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += cell.<Long>read(Value::number);
    }
    check(sum);
  }

  /** Under a read lock. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void readLock() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      read.lock();
      try {
        sum += value;
      } finally {
        read.unlock();
      }
    }
    check(sum);
  }

  /** With a stamp of the JDK's lock. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public void optimistic() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      long stamp = stamped.tryOptimisticRead();
      long seen = value;
      sum += stamped.validate(stamp) ? seen : 0;
    }
    check(sum);
  }

  /** Checks that no section has stayed open: a grace period ends. */
  @TearDown
  public void checkNobodyIsInside() throws InterruptedException {
    if (!rcu.synchronize(1, TimeUnit.SECONDS)) {
      throw new IllegalStateException("somebody is inside");
    }
  }
}
