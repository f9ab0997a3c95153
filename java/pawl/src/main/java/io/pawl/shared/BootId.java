package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Which system, since it was last started, uses a region: 32 hexadecimal digits. Zeros where the
 * system has no such number.
 *
 * @param digits the digits
 */
record BootId(String digits) {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String NONE = "0".repeat(2 * Layout.BOOT_ID_BYTES);

  /** That of this system. */
  static BootId current() {
    try {
      String digits = Files.readString(FILE).strip().replace("-", "");
      return new BootId(digits.length() == NONE.length() ? digits : NONE);
    } catch (IOException | IllegalArgumentException _) {
      return new BootId(NONE);
    }
  }

  static BootId read(ByteBuffer header) {
    byte[] bytes = new byte[Layout.BOOT_ID_BYTES];
    header.get(Layout.HEADER_BOOT_ID, bytes);
    return new BootId(HexFormat.of().formatHex(bytes));
  }

  void write(MemorySegment memory) {
    byte[] bytes = HexFormat.of().parseHex(digits);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, Layout.HEADER_BOOT_ID, bytes.length);
  }

  /** Whether two handles with these may share memory: a number that is not known says nothing. */
  boolean mayBe(BootId other) {
    return equals(other) || digits.equals(NONE) || other.digits.equals(NONE);
  }
}
