package io.pawl.benchmarks;

import java.util.concurrent.CountDownLatch;
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

/**
 * P6: how long does it take two threads to pass a turn to and fro through one condition?
 *
 * <p>The answer depends on where the threads run more than on anything else. With the placement
 * {@code apart} each is pinned to a CPU of its own; {@code free} leaves both to the scheduler and
 * to the mask of the process ({@code taskset -c 0} puts both on one CPU).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class P6PingPong {
  private static final int ROUNDS = 200;

  @Param({"Mutex", "ReentrantLock", "PawlReentrantLock", "BookCondvar1", "BookCondvar2"})
  String lock;

  @Param({"free", "apart"})
  String placement;

  private Monitor monitor;
  private Thread partner;
  private CountDownLatch ready;

  // Guarded by the monitor.
  private boolean partnersTurn;
  private boolean stopped;
  private long passes;
  private long partnersPasses;

  private long rounds;

  /** Makes the lock and starts the partner. */
  @Setup
  public void setUp() throws InterruptedException {
    Linked.await();
    monitor = Monitor.of(lock);
    ready = new CountDownLatch(1);
    partner = new Thread(this::partner, "partner");
    partner.setDaemon(true);
    pin(0);
    partner.start();
    if (!ready.await(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The partner did not start");
    }
  }

  /** Passes the turn and waits until it comes back, many times. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void roundTrip() throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      monitor.lock();
      try {
        partnersTurn = true;
        passes++;
        monitor.signal();
        while (partnersTurn) {
          monitor.await();
        }
      } finally {
        monitor.unlock();
      }
    }
    rounds += ROUNDS;
  }

  private void partner() {
    pin(1);
    ready.countDown();
    try {
      monitor.lock();
      try {
        while (!stopped) {
          if (partnersTurn) {
            partnersTurn = false;
            partnersPasses++;
            monitor.signal();
          } else {
            monitor.await();
          }
        }
      } finally {
        monitor.unlock();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void pin(int index) {
    if (placement.equals("apart")) {
      Cpus.pinCurrentThread(index);
    }
  }

  /** Stops the partner and checks that each turn was passed on exactly once. */
  @TearDown
  public void check() throws InterruptedException {
    monitor.lock();
    try {
      stopped = true;
      monitor.signal();
    } finally {
      monitor.unlock();
    }
    partner.join(10_000);
    if (partner.isAlive() || passes != rounds || partnersPasses != rounds) {
      throw new IllegalStateException(
          rounds + " rounds, but " + passes + " and " + partnersPasses + " passes");
    }
  }
}
