package io.pawl.benchmarks;

import java.util.concurrent.CountDownLatch;

/**
 * Many virtual threads that all want one lock some times. Each yields between two sections, so that
 * those who wait are many. A turn lasts until all are done, whatever was asked for; measures {@code
 * ns}, the elapsed time of one section, {@code rate} and {@code cpus}.
 */
final class Crowds implements Task {
  private final Guarded guarded;
  private final int threads;
  private final int rounds;
  private final int section;

  Crowds(Guarded guarded, int threads, int rounds, int section) {
    this.guarded = guarded;
    this.threads = threads;
    this.rounds = rounds;
    this.section = section;
  }

  @Override
  public Reading turn(int millis, long seed) throws InterruptedException {
    long before = guarded.sections();
    long cpu = CpuClock.nanos();
    long start = System.nanoTime();
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread _ = Thread.startVirtualThread(() -> work(done));
    }
    done.await();
    double elapsed = System.nanoTime() - start;
    cpu = CpuClock.nanos() - cpu;
    long sections = (long) threads * rounds;
    guarded.check(before + sections);
    return new Reading()
        .with("ns", elapsed / sections)
        .with("rate", sections / elapsed * 1e6)
        .with("cpuNanos", (double) cpu / sections)
        .with("cpus", cpu / elapsed);
  }

  @SuppressWarnings("ThreadPriorityCheck") // to let others come to want the lock
  private void work(CountDownLatch done) {
    for (int round = 0; round < rounds; round++) {
      long _ = guarded.run(section);
      Thread.yield();
    }
    done.countDown();
  }
}
