package io.pawl.observe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Reads what {@code profile.proto} describes, from its wire format alone. */
final class PprofReader {

  private final Fields profile;
  private final List<String> strings = new ArrayList<>();

  PprofReader(byte[] gzipped) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      profile = new Fields(ByteBuffer.wrap(in.readAllBytes()));
    }
    for (ByteBuffer text : profile.buffers(6)) {
      strings.add(StandardCharsets.UTF_8.decode(text).toString());
    }
  }

  /** What a sample says; the frames as FUNCTION FILE:LINE. */
  record Sample(List<String> stack, List<Long> values, String labels) {}

  /** The fields of a message, by their numbers: varints as numbers, others as bytes. */
  private static final class Fields {
    private final Map<Integer, List<Object>> all = new TreeMap<>();

    Fields(ByteBuffer in) {
      in.order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        long tag = varint(in);
        Object value =
            switch ((int) tag & 7) {
              case 0 -> varint(in);
              case 2 -> slice(in, (int) varint(in));
              default -> throw new AssertionError("wire type " + (tag & 7));
            };
        all.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
      }
    }

    private static ByteBuffer slice(ByteBuffer in, int length) {
      ByteBuffer slice = in.slice(in.position(), length);
      in.position(in.position() + length);
      return slice;
    }

    static long varint(ByteBuffer in) {
      long value = 0;
      int shift = 0;
      long next;
      do {
        next = in.get();
        value |= (next & 0x7f) << shift;
        shift += 7;
      } while (next < 0);
      return value;
    }

    List<ByteBuffer> buffers(int field) {
      return all.getOrDefault(field, List.of()).stream()
          .map(value -> ((ByteBuffer) value).duplicate())
          .toList();
    }

    List<Fields> messages(int field) {
      return buffers(field).stream().map(Fields::new).toList();
    }

    /** The number in a field, 0 if it is missing. */
    long number(int field) {
      List<Object> values = all.getOrDefault(field, List.of(0L));
      return (Long) values.getLast();
    }

    /** Packed numbers. */
    List<Long> numbers(int field) {
      List<Long> numbers = new ArrayList<>();
      for (ByteBuffer packed : buffers(field)) {
        while (packed.hasRemaining()) {
          numbers.add(varint(packed));
        }
      }
      return numbers;
    }
  }

  private String string(long index) {
    return strings.get((int) index);
  }

  private static Fields withId(List<Fields> messages, long id) {
    return messages.stream().filter(message -> message.number(1) == id).findFirst().orElseThrow();
  }

  /** The string table. */
  List<String> strings() {
    return strings;
  }

  /** Types and units of the values of samples. */
  List<String> sampleTypes() {
    return profile.messages(1).stream().map(this::valueType).toList();
  }

  private String valueType(Fields type) {
    return string(type.number(1)) + "/" + string(type.number(2));
  }

  /** Type, unit and length of the period. */
  String period() {
    return valueType(profile.messages(11).getFirst()) + " " + profile.number(12);
  }

  String defaultSampleType() {
    return string(profile.number(14));
  }

  long timeNanos() {
    return profile.number(9);
  }

  long durationNanos() {
    return profile.number(10);
  }

  List<Sample> samples() {
    return profile.messages(2).stream()
        .map(sample ->
            new Sample(
                sample.numbers(1).stream().map(this::frame).toList(),
                sample.numbers(2),
                sample.messages(3).stream().map(this::valueType).toList().toString()))
        .toList();
  }

  private String frame(long locationId) {
    Fields location = withId(profile.messages(4), locationId);
    Fields line = location.messages(4).getFirst();
    Fields function = withId(profile.messages(5), line.number(1));
    return string(function.number(2)) + " " + string(function.number(4)) + ":" + line.number(2);
  }
}
