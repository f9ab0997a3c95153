package io.pawl.examples;

import io.pawl.locks.LockSupport;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Progress from several threads: they share the items of a job and count what is done, while the
 * thread that started them reports the count.
 *
 * <p>Two counters, each changed by one atomic add: {@code next} deals out the items, {@code done}
 * is the progress. With a count of its own per thread, nobody could tell the sum; with an ordinary
 * field, two threads that add at once would count one.
 *
 * <p>The reporter parks, and each finished item unparks it. Unparks that come while it prints count
 * as one, so a fast job is reported in larger steps and never held up by its report.
 *
 * @see <a href="https://marabos.nl/atomics/atomics.html">"Rust Atomics and Locks", chapter 2</a>
 */
public final class Progress {

  private final int items;
  private final IntConsumer process;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final Thread reporter = Thread.currentThread();

  private Progress(int items, IntConsumer process) {
    this.items = items;
    this.process = process;
  }

  /** Each thread counts {@code next} past the end once, which cannot overflow. */
  private void work() {
    for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
      try {
        process.accept(item);
      } finally {
        int _ = done.incrementAndGet();
        LockSupport.unpark(reporter);
      }
    }
  }

  private void report(PrintStream out, long pauseNanos) {
    int last = -1;
    while (last < items) {
      int now = done.get();
      if (now != last) {
        out.println(now + " of " + items + " done");
        last = now;
      } else {
        LockSupport.parkNanos(this, pauseNanos);
      }
    }
  }

  /**
   * Processes all items and reports how many are done.
   *
   * @param threads how many threads work
   * @param pause after which time the reporter looks at the count even if nobody wakes it
   */
  static void run(int items, int threads, IntConsumer process, PrintStream out, Duration pause) {
    Progress progress = new Progress(items, process);
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        Future<?> _ = workers.submit(progress::work);
      }
      progress.report(out, pause.toNanos());
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(100, 4, _ -> LockSupport.parkNanos(20_000_000), System.out, Duration.ofSeconds(1));
  }
}
