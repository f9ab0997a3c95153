package io.pawl.shared;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The table of who is attached. Only the generation of a slot has a meaning for the protocols. */
final class Slots {
  private static final Path OWN_STATUS = Path.of("/proc/self/stat");

  /** Which field of /proc/self/stat behind the name of the program tells when it was started. */
  private static final int START_FIELD = 19;

  /**
   * How many generations are skipped after a restart of the system: more than a crash can have kept
   * from the disk.
   */
  private static final int RETIREMENT = 1 << 20;

  private Slots() {}

  /** Where the record of a slot is. */
  static long offset(int slot) {
    return Layout.HEADER_BYTES + (long) slot * Layout.SLOT_BYTES;
  }

  static int generation(MemorySegment memory, int slot) {
    return (int) Region.INT.getVolatile(memory, offset(slot) + Layout.SLOT_GENERATION);
  }

  /**
   * Makes a slot that of this handle, whose byte has been taken.
   *
   * @return the new generation, never 0
   */
  static int enter(MemorySegment memory, int slot, String label) {
    int generation = generation(memory, slot) + 1;
    if (generation == 0) {
      generation = 1;
    }
    long at = offset(slot);
    Region.INT.setVolatile(memory, at + Layout.SLOT_GENERATION, generation);
    Region.LONG.set(memory, at + Layout.SLOT_PID, ProcessHandle.current().pid());
    Region.LONG.set(memory, at + Layout.SLOT_START, startTime());
    Region.LONG.set(memory, at + Layout.SLOT_SINCE, System.currentTimeMillis());
    Text.write(memory, at + Layout.SLOT_LABEL, Layout.LABEL_BYTES, label);
    return generation;
  }

  /** Makes whatever a handle that was attached before left in words the mark of a dead owner. */
  static void retire(MemorySegment memory, int slots) {
    for (int slot = 0; slot < slots; slot++) {
      int generation = generation(memory, slot) + RETIREMENT;
      Region.INT.setVolatile(
          memory, offset(slot) + Layout.SLOT_GENERATION, generation == 0 ? 1 : generation);
    }
  }

  static long pid(MemorySegment memory, int slot) {
    return (long) Region.LONG.get(memory, offset(slot) + Layout.SLOT_PID);
  }

  static String label(MemorySegment memory, int slot) {
    return Text.read(memory, offset(slot) + Layout.SLOT_LABEL, Layout.LABEL_BYTES);
  }

  /** What a slot says of its handle. */
  static RegionPeer read(MemorySegment memory, int slot, boolean self) {
    long at = offset(slot);
    return new RegionPeer(
        slot,
        pid(memory, slot),
        (long) Region.LONG.get(memory, at + Layout.SLOT_START),
        label(memory, slot),
        Instant.ofEpochMilli((long) Region.LONG.get(memory, at + Layout.SLOT_SINCE)),
        self);
  }

  private static long startTime() {
    try {
      String status = Files.readString(OWN_STATUS);
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[START_FIELD]);
    } catch (IOException | RuntimeException _) {
      return 0;
    }
  }
}
