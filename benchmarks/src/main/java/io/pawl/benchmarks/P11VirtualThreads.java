package io.pawl.benchmarks;

import java.util.concurrent.CountDownLatch;
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
 * P11: how long do ten thousand virtual threads take that all want the same lock some times? Each
 * yields between two sections, so that those who wait are many.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class P11VirtualThreads {
  private static final int ROUNDS = 10;
  private static final int SECTION = 50;

  @Param({"PawlReentrantLock", "Mutex", "ReentrantLock"})
  String lock;

  @Param("10000")
  int threads;

  private Guarded guarded;
  private long runs;

  /** Makes the lock. */
  @Setup
  public void setUp() {
    Linked.await();
    guarded = Locks.guarded(lock);
  }

  /** Starts the threads and waits for them. */
  @Benchmark
  public void allDone() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread _ = Thread.startVirtualThread(() -> work(done));
    }
    done.await();
    runs += (long) threads * ROUNDS;
  }

  @SuppressWarnings("ThreadPriorityCheck") // to let others come to want the lock
  private void work(CountDownLatch done) {
    for (int round = 0; round < ROUNDS; round++) {
      guarded.run(SECTION);
      Thread.yield();
    }
    done.countDown();
  }

  /** Checks the count. */
  @TearDown
  public void check() {
    guarded.check(runs);
  }
}
