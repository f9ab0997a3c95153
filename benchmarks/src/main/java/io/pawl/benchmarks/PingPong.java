package io.pawl.benchmarks;

import io.pawl.benchmarks.cpu.Affinity;
import java.util.concurrent.TimeUnit;

/**
 * Two threads that pass a turn to and fro through one condition. Measures {@code ns}, the time of a
 * round trip, and {@code cpus}.
 *
 * <p>The answer depends on where the threads run more than on anything else: either each is pinned
 * to a CPU of its own, or both are left to the scheduler and to the CPUs of the process.
 */
final class PingPong implements Task {
  private static final int ROUNDS = 200;

  private final Monitor monitor;
  private final boolean apart;

  // Guarded by the monitor.
  private boolean partnersTurn;
  private boolean stopped;
  private long passes;
  private long partnersPasses;

  PingPong(Monitor monitor, boolean apart) {
    this.monitor = monitor;
    this.apart = apart;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    stopped = false;
    passes = 0;
    partnersPasses = 0;
    pin(0);
    Thread partner = new Thread(this::partner, "partner");
    partner.start();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long rounds = 0;
    long now;
    do {
      for (int i = 0; i < ROUNDS; i++) {
        roundTrip();
      }
      rounds += ROUNDS;
      now = System.nanoTime();
    } while (now - end < 0);
    double elapsed = now - start;
    cpu = CpuClock.nanos() - cpu;
    stop();
    partner.join(10_000);
    if (partner.isAlive() || passes != rounds || partnersPasses != rounds) {
      throw new IllegalStateException(
          rounds + " rounds, but " + passes + " and " + partnersPasses + " passes");
    }
    return new Reading().with("ns", elapsed / rounds).with("cpus", cpu / elapsed);
  }

  private void roundTrip() throws InterruptedException {
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

  private void partner() {
    pin(1);
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

  private void stop() {
    monitor.lock();
    try {
      stopped = true;
      monitor.signal();
    } finally {
      monitor.unlock();
    }
  }

  private void pin(int index) {
    if (apart) {
      Affinity.HERE.pinThread(index);
    }
  }
}
