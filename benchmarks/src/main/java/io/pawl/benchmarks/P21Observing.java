package io.pawl.benchmarks;

import io.pawl.locks.Mutex;
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

/**
 * P21: what does it cost a wait that it can be told, and that it is? Each wait gives up at once, so
 * none reaches the threshold of an event.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class P21Observing {

  @Param({"nobody", "recording", "listener"})
  String told;

  private final Mutex mutex = new Mutex();
  private Observers observers;

  /** Has another thread hold the lock for good, and has the waits told. */
  @Setup
  public void setUp() throws InterruptedException {
    Linked.await();
    Thread holder = new Thread(mutex::lock);
    holder.start();
    holder.join();
    observers = Observers.start(told);
  }

  /** Waits for a nanosecond. */
  @Benchmark
  public boolean waitInVain() throws InterruptedException {
    return mutex.tryLock(1, TimeUnit.NANOSECONDS);
  }

  /** Ends it. */
  @TearDown
  public void tearDown() {
    observers.close();
  }
}
