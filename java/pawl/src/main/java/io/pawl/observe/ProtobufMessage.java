package io.pawl.observe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message in the wire format of Protocol Buffers, to which fields are added one by one.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtobufMessage {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private byte[] bytes = new byte[64];
  private int length;

  /** Adds a number; 0 is what a field has that is missing. */
  ProtobufMessage number(int field, long value) {
    if (value != 0) {
      tag(field, VARINT);
      varint(value);
    }
    return this;
  }

  /** Adds the elements of a repeated number, packed. */
  ProtobufMessage numbers(int field, long... values) {
    ProtobufMessage packed = new ProtobufMessage();
    for (long value : values) {
      packed.varint(value);
    }
    return message(field, packed);
  }

  /** Adds an element of a repeated text, which may be empty. */
  ProtobufMessage text(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a message as it is by now. */
  ProtobufMessage message(int field, ProtobufMessage value) {
    return delimited(field, value.toByteArray());
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private ProtobufMessage delimited(int field, byte[] value) {
    tag(field, LENGTH_DELIMITED);
    varint(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  private void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  /** Seven bits a byte, the lowest first; all but the last have the highest bit set. */
  private void varint(long value) {
    reserve(10);
    long rest = value;
    for (; (rest & ~0x7f) != 0; rest >>>= 7) {
      bytes[length++] = (byte) (rest | 0x80);
    }
    bytes[length++] = (byte) rest;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
