package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Short texts in a region: UTF-8, padded with zeros, written by anybody. */
final class Text {
  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Writes a text, as much of it as there is room for whole characters. */
  static void write(MemorySegment memory, long offset, int room, String text) {
    byte[] padded = new byte[room];
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, padded, 0, fitting(bytes, room));
    MemorySegment.copy(padded, 0, memory, JAVA_BYTE, offset, room);
  }

  private static int fitting(byte[] bytes, int room) {
    if (bytes.length <= room) {
      return bytes.length;
    }
    int end = room;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  /** Reads a text; what could confuse a terminal or a log is replaced. */
  static String read(MemorySegment memory, long offset, int room) {
    byte[] bytes = new byte[room];
    MemorySegment.copy(memory, JAVA_BYTE, offset, bytes, 0, room);
    int length = 0;
    while (length < room && bytes[length] != 0) {
      length++;
    }
    StringBuilder text = new StringBuilder(length);
    new String(bytes, 0, length, StandardCharsets.UTF_8)
        .codePoints()
        .forEach(c -> text.appendCodePoint(isPlain(c) ? c : REPLACEMENT));
    return text.toString();
  }

  /** Whether a text is read as it was written. */
  static boolean isPlain(String text) {
    return text.codePoints().allMatch(Text::isPlain);
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
