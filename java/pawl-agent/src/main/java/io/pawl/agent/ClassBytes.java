package io.pawl.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A class file of which no more is read than is asked for. */
final class ClassBytes {
  private static final int STEP = 1024;

  private final InputStream rest;
  private byte[] bytes;
  private int length;

  /** A file that is there already. */
  ClassBytes(byte[] whole) {
    rest = InputStream.nullInputStream();
    bytes = whole;
    length = whole.length;
  }

  /** A file that is read while it is looked at; the caller closes it. */
  ClassBytes(InputStream in) {
    rest = in;
    bytes = new byte[4 * STEP];
  }

  /**
   * Reads on as far as is needed.
   *
   * @param end how many bytes have to be there
   * @return the bytes; no more of them are to be looked at
   * @throws IllegalArgumentException when the file is shorter
   */
  byte[] upTo(int end) throws IOException {
    while (length < end) {
      int wanted = Math.max(end, length + STEP);
      if (wanted > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(wanted, 2 * bytes.length));
      }
      int read = rest.readNBytes(bytes, length, wanted - length);
      length += read;
      if (length < end) {
        throw new IllegalArgumentException("it ends too early");
      }
    }
    return bytes;
  }

  /** All of the file. */
  byte[] whole() throws IOException {
    byte[] behind = rest.readAllBytes();
    if (behind.length > 0 || length < bytes.length) {
      bytes = Arrays.copyOf(bytes, length + behind.length);
      System.arraycopy(behind, 0, bytes, length, behind.length);
      length = bytes.length;
    }
    return bytes;
  }
}
