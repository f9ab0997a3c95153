package io.pawl.examples;

import io.pawl.locks.LockSupport;
import io.pawl.locks.SeqLock;
import java.io.PrintStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Statistics: several threads record how long their work takes, another reads the count, the sum
 * and the maximum meanwhile.
 *
 * <p>{@link Separate} has an atomic for each number. No record is lost, but a reader can come
 * between the changes of one record. Recorded and read in opposite orders, a snapshot may hold a
 * sum that is too large for its count, never one that is too small. {@link Together} reads the
 * three behind a {@link SeqLock}: each snapshot is that of a moment, readers delay nobody, and
 * records wait for each other.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 */
public final class Statistics {

  private Statistics() {}

  /** What has been recorded up to some moment. */
  record Snapshot(long count, long sum, long max) {

    static final Snapshot NOTHING = new Snapshot(0, 0, 0);

    long average() {
      return count == 0 ? 0 : sum / count;
    }

    Snapshot with(long value) {
      return new Snapshot(count + 1, sum + value, Math.max(max, value));
    }
  }

  /** A place for records, for all threads. */
  interface Recorder {
    /** Records a value, which is not negative. */
    void record(long value);

    Snapshot snapshot();
  }

  /** Three numbers, each changed atomically by itself. */
  static final class Separate implements Recorder {

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();
    private final AtomicLong max = new AtomicLong();

    @Override
    public void record(long value) {
      long _ = max.accumulateAndGet(value, Math::max);
      long _ = sum.addAndGet(value);
      long _ = count.incrementAndGet();
    }

    @Override
    public Snapshot snapshot() {
      long records = count.get();
      return new Snapshot(records, sum.get(), max.get());
    }
  }

  /** Three ordinary numbers that change together. */
  static final class Together implements Recorder {

    private final SeqLock lock = new SeqLock();
    private long count;
    private long sum;
    private long max;

    @Override
    public void record(long value) {
      lock.write(() -> {
        count++;
        sum += value;
        max = Math.max(max, value);
      });
    }

    @Override
    public Snapshot snapshot() {
      return lock.read(() -> new Snapshot(count, sum, max));
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(new Together(), 4, 25, System.out);
  }

  static void run(Recorder recorder, int threads, int items, PrintStream out) {
    int all = threads * items;
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        Future<?> _ = workers.submit(() -> work(recorder, items));
      }
      Snapshot now = Snapshot.NOTHING;
      while (now.count() < all) {
        LockSupport.parkNanos(100_000_000);
        now = recorder.snapshot();
        out.println(
            now.count()
                + " of "
                + all
                + " done, average "
                + now.average() / 1000
                + " us, longest "
                + now.max() / 1000
                + " us");
      }
    }
  }

  private static void work(Recorder recorder, int items) {
    for (int i = 0; i < items; i++) {
      long start = System.nanoTime();
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(40_000_000));
      recorder.record(System.nanoTime() - start);
    }
  }
}
