package io.pawl.benchmarks.duel;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one turn has measured.
 *
 * @param values by their names
 * @param histogram of latencies in nanoseconds, of an open loop
 */
record Turn(Map<String, Double> values, @Nullable Histogram histogram) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  /** The answer of a process. */
  static Turn parse(String json) {
    Map<String, Double> values = new HashMap<>();
    Histogram histogram = null;
    for (Map.Entry<String, Object> field : MAPPER.readValue(json, FIELDS).entrySet()) {
      if (field.getValue() instanceof Number number) {
        values.put(field.getKey(), number.doubleValue());
      } else {
        histogram = decode(field.getValue().toString());
      }
    }
    return new Turn(values, histogram);
  }

  private static Histogram decode(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
      return Histogram.decodeFromCompressedByteBuffer(bytes, 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("No histogram: " + text, e);
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("No " + name + " in " + values);
    }
    return value;
  }
}
