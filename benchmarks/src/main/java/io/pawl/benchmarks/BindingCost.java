package io.pawl.benchmarks;

import io.pawl.atomic.AtomicWord;
import io.pawl.internal.backend.Backend;
import io.pawl.spi.NativeWait;
import java.util.Objects;
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

/** What does a call through each binding cost, alone and with the kernel's part? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BindingCost {
  private static final int VALUE = 1;

  @Param({"panama", "jni", "jna", "syscall"})
  String backend;

  private AtomicWord word;
  private long address;
  private NativeWait wait;
  private long unexpected;

  /** Forces the backend. */
  @Setup
  public void setUp() {
    System.setProperty("pawl.backend", backend);
    wait = Objects.requireNonNull(Backend.settled());
    word = new AtomicWord(VALUE);
    address = word.address();
  }

  /**
   * A wake of no waiters at all, for which the shim does not call the kernel. The backend {@code
   * syscall} has no shim and calls it.
   */
  @Benchmark
  public void empty() {
    unexpected |= wait.wake(address, 0, false);
  }

  /** A wake when nobody waits. */
  @Benchmark
  public void wakeNobody() {
    unexpected |= wait.wake(address, 1, false);
  }

  /** A wait on a word that holds another value. */
  @Benchmark
  public void waitMismatch() {
    unexpected |= wait.await(address, VALUE + 1, NativeWait.FOREVER, false) - NativeWait.EAGAIN;
  }

  /** Frees the word and checks what the calls returned. */
  @TearDown
  public void tearDown() {
    word.close();
    check();
  }

  /** Checks what the calls have returned so far. */
  void check() {
    if (unexpected != 0) {
      throw new IllegalStateException("A call through " + backend + " returned another result");
    }
  }
}
