package io.pawl.benchmarks.result;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of one implementation, in microseconds.
 *
 * @param name of the implementation
 * @param p50 the median
 * @param p99 the 99th percentile
 * @param p999 the 99.9th percentile
 * @param max the greatest
 * @param cpusUsed CPU time by elapsed time
 * @param histogram of nanoseconds, as HdrHistogram compresses it, in Base64
 */
public record Curve(
    String name,
    double p50,
    double p99,
    double p999,
    double max,
    @Nullable Double cpusUsed,
    String histogram) {
  private static final double NANOS = 1e3;

  /**
   * The curve of a histogram.
   *
   * @param name of the implementation
   * @param histogram of nanoseconds
   * @param cpusUsed CPU time by elapsed time
   */
  public static Curve of(String name, Histogram histogram, @Nullable Double cpusUsed) {
    return new Curve(
        name,
        histogram.getValueAtPercentile(50) / NANOS,
        histogram.getValueAtPercentile(99) / NANOS,
        histogram.getValueAtPercentile(99.9) / NANOS,
        histogram.getMaxValue() / NANOS,
        cpusUsed,
        encode(histogram));
  }

  /** The histogram itself, of nanoseconds. */
  public Histogram decoded() {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("No histogram of " + name, e);
    }
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }
}
