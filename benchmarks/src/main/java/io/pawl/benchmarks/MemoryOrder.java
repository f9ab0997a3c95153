package io.pawl.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does each memory order cost, of a number that no other thread uses?
 *
 * <p>Each call is one access: JMH's loop, which reads a volatile field and takes the result, keeps
 * the compiler from merging or removing plain ones. {@link #nothing} is the cost of that loop.
 *
 * <p>After chapter 7 of "Rust Atomics and Locks", which tells the instructions of each order.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryOrder {
  private static final long VALUE = 42;
  private static final VarHandle NUMBER;

  static {
    try {
      NUMBER = MethodHandles.lookup().findVarHandle(MemoryOrder.class, "number", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long number = VALUE;

  /** Not final, so that the compiler does not know it. */
  private long zero;

  /** The loop by itself. */
  @Benchmark
  public long nothing() {
    return VALUE;
  }

  /** As an ordinary field. */
  @Benchmark
  public long loadPlain() {
    return number;
  }

  /** The book's relaxed load. */
  @Benchmark
  public long loadOpaque() {
    return (long) NUMBER.getOpaque(this);
  }

  /** An acquiring load. */
  @Benchmark
  public long loadAcquire() {
    return (long) NUMBER.getAcquire(this);
  }

  /** A load that is sequentially consistent. */
  @Benchmark
  public long loadVolatile() {
    return (long) NUMBER.getVolatile(this);
  }

  /** As an ordinary field. */
  @Benchmark
  public void storePlain() {
    number = VALUE;
  }

  /** The book's relaxed store. */
  @Benchmark
  public void storeOpaque() {
    NUMBER.setOpaque(this, VALUE);
  }

  /** A releasing store. */
  @Benchmark
  public void storeRelease() {
    NUMBER.setRelease(this, VALUE);
  }

  /** A store that is sequentially consistent. */
  @Benchmark
  public void storeVolatile() {
    NUMBER.setVolatile(this, VALUE);
  }

  /** An add with a load and a store, which is not atomic. */
  @Benchmark
  public long addPlain() {
    long old = number;
    number = old + zero;
    return old;
  }

  /** An acquiring atomic add. */
  @Benchmark
  public long addAcquire() {
    return (long) NUMBER.getAndAddAcquire(this, 0L);
  }

  /** A releasing atomic add. */
  @Benchmark
  public long addRelease() {
    return (long) NUMBER.getAndAddRelease(this, 0L);
  }

  /** A sequentially consistent atomic add. */
  @Benchmark
  public long addVolatile() {
    return (long) NUMBER.getAndAdd(this, 0L);
  }

  /** A sequentially consistent exchange. */
  @Benchmark
  public long swapVolatile() {
    return (long) NUMBER.getAndSet(this, VALUE);
  }

  /** The weak compare-and-set with no order. */
  @Benchmark
  public boolean weakCasPlain() {
    return NUMBER.weakCompareAndSetPlain(this, VALUE, VALUE);
  }

  /** The weak compare-and-set that acquires. */
  @Benchmark
  public boolean weakCasAcquire() {
    return NUMBER.weakCompareAndSetAcquire(this, VALUE, VALUE);
  }

  /** The weak compare-and-set that is sequentially consistent. */
  @Benchmark
  public boolean weakCasVolatile() {
    return NUMBER.weakCompareAndSet(this, VALUE, VALUE);
  }

  /** A compare-and-set that succeeds. */
  @Benchmark
  public boolean casVolatile() {
    if (!NUMBER.compareAndSet(this, VALUE, VALUE)) {
      throw new IllegalStateException("a compare-and-set failed");
    }
    return true;
  }

  /** A compare-and-set that fails. */
  @Benchmark
  public boolean failingCasVolatile() {
    if (NUMBER.compareAndSet(this, VALUE + 1, VALUE)) {
      throw new IllegalStateException("a compare-and-set succeeded");
    }
    return false;
  }

  /** A full fence alone. */
  @Benchmark
  public void fullFence() {
    VarHandle.fullFence();
  }

  /** A store and the fence that makes it sequentially consistent. */
  @Benchmark
  public void storeOpaqueFullFence() {
    NUMBER.setOpaque(this, VALUE);
    VarHandle.fullFence();
  }

  /** Checks that all that was written is the value. */
  @TearDown
  public void check() {
    if (number != VALUE) {
      throw new IllegalStateException("the number has become " + number);
    }
  }
}
