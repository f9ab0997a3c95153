package io.pawl.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** The histograms that the JVMs of {@link P7Latency} leave in a log, by the name of the lock. */
final class Histograms {
  private final Path directory;
  private final String name;
  private final Map<String, Histogram> histograms = new HashMap<>();

  /**
   * Prepares for a run.
   *
   * @param directory for the files
   * @param name what their names begin with
   */
  Histograms(Path directory, String name) throws IOException {
    this.directory = directory;
    this.name = name;
    boolean _ = Files.deleteIfExists(log());
  }

  /** The log. */
  Path log() {
    return directory.resolve(name + ".hlog");
  }

  /** Reads the log, adds up what the forks have measured, and writes each sum's percentiles. */
  void read() throws IOException {
    try (HistogramLogReader reader = new HistogramLogReader(log().toFile())) {
      while (reader.nextIntervalHistogram() instanceof Histogram histogram) {
        histograms.merge(histogram.getTag(), histogram, Histograms::sum);
      }
    }
    for (Map.Entry<String, Histogram> entry : histograms.entrySet()) {
      write(entry.getValue(), directory.resolve(name + "-" + entry.getKey() + ".hgrm"));
    }
    Files.delete(log());
  }

  private static Histogram sum(Histogram first, Histogram second) {
    first.add(second);
    return first;
  }

  private static void write(Histogram histogram, Path file) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      histogram.outputPercentileDistribution(out, 1000.0);
    }
  }

  /** A percentile in microseconds. */
  double micros(String lock, double percentile) {
    Histogram histogram = histograms.get(lock);
    if (histogram == null) {
      throw new IllegalArgumentException("No histogram of " + lock);
    }
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }

  /** Percentiles in microseconds, as text. */
  String[] percentiles(String lock, double... percentiles) {
    return Arrays.stream(percentiles)
        .mapToObj(percentile -> Report.number(micros(lock, percentile)))
        .toArray(String[]::new);
  }
}
