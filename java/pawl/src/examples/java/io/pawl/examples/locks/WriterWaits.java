package io.pawl.examples.locks;

import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What a writer does while it waits, and who gets past it, for the three steps of a read-write
 * lock: one reader stays, two others come and go as fast as they can, and then the writer comes.
 *
 * <p>The writer of {@link RwLock1} waits for the number of readers to change, which it has done
 * before the writer sleeps: it is busy. That of {@link RwLock2} sleeps, and is got past all the
 * time. That of {@link RwLock3} sleeps, and keeps the others out.
 *
 * @see <a href="https://marabos.nl/atomics/building-locks.html">"Rust Atomics and Locks", chapter
 *     9, "Avoiding Busy-Looping Writers" and "Avoiding Writer Starvation"</a>
 */
public final class WriterWaits {
  private static final int READERS = 2;

  private final RwLock lock;
  private final LongAdder reads = new LongAdder();
  private volatile boolean stopped;
  private volatile boolean isWriting;
  private long processorNanos;

  private WriterWaits(RwLock lock) {
    this.lock = lock;
  }

  private void read() {
    while (!stopped) {
      lock.lockRead();
      reads.increment();
      lock.unlockRead();
    }
  }

  private void write() {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    isWriting = true;
    lock.lockWrite();
    processorNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    lock.unlockWrite();
  }

  private void measure(long nanos, PrintStream out) {
    lock.lockRead();
    long before;
    long past;
    try (Scope scope = new Scope()) {
      for (int i = 0; i < READERS; i++) {
        Thread _ = scope.start(this::read);
      }
      pause(nanos);
      Thread _ = scope.start(this::write);
      while (!isWriting) {
        Thread.onSpinWait();
      }
      before = reads.sum();
      pause(nanos);
      past = reads.sum() - before;
      stopped = true;
      lock.unlockRead();
    }
    out.println(
        lock.getClass().getSimpleName()
            + ": in "
            + nanos / 1_000_000
            + " ms a writer that waits uses "
            + Math.round(processorNanos / 1e5) / 10.0
            + " ms of processor time, and "
            + past
            + " reads get past it");
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(200_000_000, System.out);
  }

  static void run(long nanos, PrintStream out) {
    new WriterWaits(new RwLock1()).measure(nanos, out);
    new WriterWaits(new RwLock2()).measure(nanos, out);
    new WriterWaits(new RwLock3()).measure(nanos, out);
  }
}
