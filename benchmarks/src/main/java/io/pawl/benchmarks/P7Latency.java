package io.pawl.benchmarks;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * P7: how long do 8 threads wait for a lock that all of them want, in the worst of a thousand
 * cases?
 *
 * <p>The result to read is not JMH's average but the distribution: each thread records the time
 * from asking for the lock until it has it in a histogram of its own, and their sum is appended to
 * the log that the system property {@value #LOG} names, tagged with the lock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class P7Latency {
  /** The property with the name of the file. */
  static final String LOG = "histograms";

  private static final long HIGHEST = TimeUnit.SECONDS.toNanos(60);
  private static final int DIGITS = 3;

  @Param({"Mutex", "ReentrantLock", "PawlReentrantLock", "StampedLock", "synchronized"})
  String lock;

  /** Steps of work in a critical section. */
  @Param("500")
  int section;

  /** Steps of work between two sections. */
  @Param("2000")
  int outside;

  private Guarded guarded;
  private final Histogram all = new Histogram(HIGHEST, DIGITS);
  private long sections;
  private int threadsToEnd;

  /** What one thread records. */
  @State(Scope.Thread)
  public static class Recorder {
    private final Histogram histogram = new Histogram(HIGHEST, DIGITS);
    private boolean recording;
    private long sections;
    private long x = 1;

    /** Warm-ups do not count. */
    @Setup(Level.Iteration)
    public void begin(IterationParams iteration) {
      recording = iteration.getType() == IterationType.MEASUREMENT;
    }

    /** Hands in the histogram. */
    @TearDown
    public void end(P7Latency benchmark) throws FileNotFoundException {
      benchmark.end(this);
    }
  }

  /** Makes the lock. */
  @Setup
  public void setUp(BenchmarkParams parameters) {
    Linked.await();
    guarded = Locks.guarded(lock);
    threadsToEnd = parameters.getThreads();
  }

  /** Waits for the lock, works, and does something else. */
  @Benchmark
  @Threads(8)
  public void acquire(Recorder recorder) {
    long asked = System.nanoTime();
    long began = guarded.run(~section);
    recorder.sections++;
    if (recorder.recording) {
      recorder.histogram.recordValue(Math.min(began - asked, HIGHEST));
    }
    recorder.x = Work.steps(recorder.x, outside);
  }

  /** Adds up; when all threads have ended, checks the count and writes the sum. */
  private synchronized void end(Recorder recorder) throws FileNotFoundException {
    all.add(recorder.histogram);
    sections += recorder.sections;
    threadsToEnd--;
    if (threadsToEnd > 0) {
      return;
    }
    guarded.check(sections);
    String log = System.getProperty(LOG);
    if (log == null) {
      all.outputPercentileDistribution(System.out, 1.0);
      return;
    }
    all.setTag(lock);
    try (PrintStream out =
        new PrintStream(new FileOutputStream(log, true), false, StandardCharsets.UTF_8)) {
      new HistogramLogWriter(out).outputIntervalHistogram(all);
    }
  }
}
