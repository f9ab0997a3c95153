package io.pawl.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * P7: how long do threads wait for a lock that all of them want, in the worst of a thousand cases?
 *
 * <p>A main class of its own, since what is wanted is the distribution: each thread records the
 * time from asking for the lock until the section has run in a histogram of its own.
 */
public final class P7Latency {
  private static final long HIGHEST = TimeUnit.SECONDS.toNanos(60);
  private static final int DIGITS = 3;
  private static final int SECTION = 500;
  private static final int OUTSIDE = 2000;

  private final Guarded guarded;
  private volatile boolean recording;
  private volatile boolean ended;

  private P7Latency(Guarded guarded) {
    this.guarded = guarded;
  }

  /**
   * Measures, and prints the 50th, 99th and 99.9th percentile and the maximum in nanoseconds.
   *
   * @param args the lock's name as in {@link P5Contended}, the number of threads, the seconds to
   *     warm up and to record, and the file for the histogram
   */
  public static void main(String[] args) throws InterruptedException, IOException {
    Guarded guarded = Locks.guarded(args[0]);
    int seconds = Integer.parseInt(args[2]);
    Histogram all = new P7Latency(guarded).run(Integer.parseInt(args[1]), seconds);
    try (PrintStream out = new PrintStream(args[3], StandardCharsets.UTF_8)) {
      all.outputPercentileDistribution(out, 1.0);
    }
    System.out.println(
        all.getValueAtPercentile(50)
            + " "
            + all.getValueAtPercentile(99)
            + " "
            + all.getValueAtPercentile(99.9)
            + " "
            + all.getMaxValue());
  }

  private Histogram run(int threads, int seconds) throws InterruptedException {
    Recorder[] recorders = new Recorder[threads];
    for (int i = 0; i < threads; i++) {
      recorders[i] = new Recorder();
      recorders[i].start();
    }
    TimeUnit.SECONDS.sleep(seconds);
    recording = true;
    TimeUnit.SECONDS.sleep(seconds);
    ended = true;
    Histogram all = new Histogram(HIGHEST, DIGITS);
    long sections = 0;
    for (Recorder recorder : recorders) {
      recorder.join();
      all.add(recorder.histogram);
      sections += recorder.sections;
    }
    guarded.check(sections);
    return all;
  }

  private final class Recorder extends Thread {
    private final Histogram histogram = new Histogram(HIGHEST, DIGITS);
    private long sections;

    @Override
    public void run() {
      long x = 1;
      while (!ended) {
        x = one(x);
      }
      Work.sink = x;
    }

    private long one(long x) {
      long start = System.nanoTime();
      guarded.run(SECTION);
      long time = System.nanoTime() - start;
      sections++;
      if (recording) {
        histogram.recordValue(Math.min(time, HIGHEST));
      }
      return Work.steps(x, OUTSIDE);
    }
  }
}
