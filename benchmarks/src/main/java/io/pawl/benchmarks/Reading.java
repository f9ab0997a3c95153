package io.pawl.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What one turn has measured: numbers with names, and perhaps a histogram. */
final class Reading {
  private final Map<String, String> fields = new LinkedHashMap<>();

  /** Adds a number. */
  Reading with(String name, double value) {
    fields.put(name, String.format(Locale.ROOT, "%.6g", value));
    return this;
  }

  /** Adds a histogram of nanoseconds, as HdrHistogram compresses it. */
  Reading with(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    byte[] bytes = Arrays.copyOf(buffer.array(), length);
    fields.put("histogram", '"' + Base64.getEncoder().encodeToString(bytes) + '"');
    return this;
  }

  /** One line of JSON. */
  String json() {
    StringBuilder text = new StringBuilder("{");
    fields.forEach((name, value) -> {
      text.append(text.length() == 1 ? "" : ",").append('"').append(name).append("\":");
      text.append(value);
    });
    return text.append('}').toString();
  }
}
