package io.pawl.integration;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Measurements one after the other, each as the length of the station's name, the name, and the
 * temperature in tenths of a degree.
 */
final class Batch {

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST = 1 + LONGEST_NAME + Short.BYTES;

  private Batch() {}

  /** Collects measurements on the heap. */
  static final class Writer {
    private final byte[] bytes;
    private int size;

    /** Constructs a writer of batches of at most so many measurements. */
    Writer(int measurements) {
      bytes = new byte[measurements * LONGEST];
    }

    /** Adds a measurement, whose station's name lies in a text. */
    void add(MemorySegment text, long name, int length, int tenths) {
      if (length > LONGEST_NAME) {
        throw new IllegalArgumentException("A name has " + length + " bytes");
      }
      bytes[size] = (byte) length;
      MemorySegment.copy(text, ValueLayout.JAVA_BYTE, name, bytes, size + 1, length);
      size += 1 + length;
      bytes[size++] = (byte) tenths;
      bytes[size++] = (byte) (tenths >> 8);
    }

    /** How many bytes there are. */
    int size() {
      return size;
    }

    /** Copies all of it. */
    void copyTo(MemorySegment batch) {
      MemorySegment.copy(bytes, 0, batch, ValueLayout.JAVA_BYTE, 0, size);
    }

    void clear() {
      size = 0;
    }
  }

  /** Reads measurements. */
  static final class Reader {
    private final MemorySegment batch;
    private final byte[] name = new byte[LONGEST_NAME];
    private int nameLength;
    private long at;
    private int tenths;

    Reader(MemorySegment batch) {
      this.batch = batch;
    }

    /** Goes to the next measurement; false if there is none. */
    boolean next() {
      if (at == batch.byteSize()) {
        return false;
      }
      nameLength = Byte.toUnsignedInt(byteAt(at));
      MemorySegment.copy(batch, ValueLayout.JAVA_BYTE, at + 1, name, 0, nameLength);
      at += 1 + nameLength;
      tenths = Byte.toUnsignedInt(byteAt(at)) | byteAt(at + 1) << 8;
      at += Short.BYTES;
      return true;
    }

    private byte byteAt(long position) {
      return batch.get(ValueLayout.JAVA_BYTE, position);
    }

    String station() {
      return new String(name, 0, nameLength, StandardCharsets.ISO_8859_1);
    }

    int tenths() {
      return tenths;
    }
  }
}
