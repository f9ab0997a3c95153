package io.pawl.observe;

import io.pawl.observe.ContentionProfile.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * A profile in the format of pprof: what Go calls a mutex profile, with a label that tells the
 * lock.
 *
 * @see <a href="https://github.com/google/pprof/blob/main/proto/profile.proto">profile.proto</a>
 */
final class ProfileProto {

  // Fields of the message Profile.
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;
  private static final int TIME_NANOS = 9;
  private static final int DURATION_NANOS = 10;
  private static final int PERIOD_TYPE = 11;
  private static final int PERIOD = 12;
  private static final int DEFAULT_SAMPLE_TYPE = 14;

  private static final String DELAY = "delay";
  private static final String NANOSECONDS = "nanoseconds";
  private static final StackTraceElement UNKNOWN = new StackTraceElement("", "unknown", null, -1);

  private final ProtobufMessage profile = new ProtobufMessage();
  private final Map<String, Long> strings = new LinkedHashMap<>();
  private final Map<StackTraceElement, Long> locations = new HashMap<>();
  private final Map<Function, Long> functions = new HashMap<>();

  private record Function(String name, String file) {}

  private ProfileProto() {
    long _ = string(""); // the first has to be empty
  }

  /**
   * A whole file, compressed.
   *
   * @param periodNanos how much waiting there is between two samples
   * @param begunMillis when the profile began, since 1970
   * @param ranNanos for how long it has been filled
   */
  static byte[] gzipped(List<Place> places, long periodNanos, long begunMillis, long ranNanos) {
    ProfileProto proto = new ProfileProto();
    proto.add(places);
    proto
        .profile
        .number(TIME_NANOS, begunMillis * 1_000_000)
        .number(DURATION_NANOS, ranNanos)
        .message(PERIOD_TYPE, proto.valueType(DELAY, NANOSECONDS))
        .number(PERIOD, periodNanos)
        .number(DEFAULT_SAMPLE_TYPE, proto.string(DELAY));
    proto.strings.keySet().forEach(string -> proto.profile.text(STRING_TABLE, string));
    return gzip(proto.profile.toByteArray());
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array takes all
    }
    return out.toByteArray();
  }

  private void add(List<Place> places) {
    profile
        .message(SAMPLE_TYPE, valueType("contentions", "count"))
        .message(SAMPLE_TYPE, valueType(DELAY, NANOSECONDS));
    for (Place place : places) {
      List<StackTraceElement> stack = place.stack().isEmpty() ? List.of(UNKNOWN) : place.stack();
      profile.message(
          SAMPLE,
          new ProtobufMessage()
              .numbers(1, stack.stream().mapToLong(this::location).toArray())
              .numbers(2, place.count(), place.totalNanos())
              .message(3, label("lock", place.lock())));
    }
  }

  private ProtobufMessage valueType(String type, String unit) {
    return new ProtobufMessage().number(1, string(type)).number(2, string(unit));
  }

  private ProtobufMessage label(String key, String value) {
    return new ProtobufMessage().number(1, string(key)).number(2, string(value));
  }

  /** The identity of a place in the program, which is above 0. */
  private long location(StackTraceElement frame) {
    Long known = locations.get(frame);
    if (known != null) {
      return known;
    }
    long id = locations.size() + 1L;
    locations.put(frame, id);
    ProtobufMessage line =
        new ProtobufMessage()
            .number(1, function(new Function(name(frame), file(frame))))
            .number(2, Math.max(0, frame.getLineNumber()));
    profile.message(LOCATION, new ProtobufMessage().number(1, id).message(4, line));
    return id;
  }

  private long function(Function function) {
    Long known = functions.get(function);
    if (known != null) {
      return known;
    }
    long id = functions.size() + 1L;
    functions.put(function, id);
    long name = string(function.name);
    profile.message(
        FUNCTION,
        new ProtobufMessage()
            .number(1, id)
            .number(2, name)
            .number(3, name)
            .number(4, string(function.file)));
    return id;
  }

  private static String name(StackTraceElement frame) {
    return frame.getClassName().isEmpty() ? frame.getMethodName() : ProfileText.frame(frame, false);
  }

  /** Where the source is found below the folder of all sources. */
  private static String file(StackTraceElement frame) {
    String file = frame.getFileName();
    if (file == null) {
      return "";
    }
    String type = frame.getClassName();
    return type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/').concat(file);
  }

  private long string(String string) {
    Long known = strings.get(string);
    if (known != null) {
      return known;
    }
    long index = strings.size();
    strings.put(string, index);
    return index;
  }
}
