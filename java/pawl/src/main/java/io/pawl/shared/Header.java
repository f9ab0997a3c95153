package io.pawl.shared;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a region's first page, copied from the file and then checked.
 *
 * @param size the bytes of the region
 * @param slots how many slots it has
 * @param directory where the directory is
 * @param entries how many names it has room for
 * @param heap where the heap begins
 * @param bootId which system used it last
 */
record Header(long size, int slots, int directory, int entries, long heap, BootId bootId) {
  private static final int CHUNK = 1 << 16;

  /** The header of a region that is to be created. */
  static Header of(long size, RegionOptions options) {
    int slots = options.slots();
    return new Header(
        size,
        slots,
        Layout.HEADER_BYTES + slots * Layout.SLOT_BYTES,
        options.names(),
        Layout.heapOf(slots, options.names()),
        BootId.current());
  }

  /** Writes everything but the magic number. */
  void write(Region.Mapping mapping) {
    var memory = mapping.memory();
    Region.INT.set(memory, (long) Layout.HEADER_VERSION, Layout.VERSION);
    Region.INT.set(memory, (long) Layout.HEADER_BYTE_ORDER, Layout.BYTE_ORDER_MARK);
    Region.LONG.set(memory, (long) Layout.HEADER_SIZE, size);
    Region.INT.set(memory, (long) Layout.HEADER_SLOTS, slots);
    Region.INT.set(memory, (long) Layout.HEADER_SLOT_TABLE, Layout.HEADER_BYTES);
    Region.INT.set(memory, (long) Layout.HEADER_DIRECTORY, directory);
    Region.INT.set(memory, (long) Layout.HEADER_ENTRIES, entries);
    Region.LONG.set(memory, (long) Layout.HEADER_HEAP, heap);
    Region.LONG.set(memory, (long) Layout.HEADER_HEAP_END, heap);
    bootId.write(memory);
  }

  /** Whether the creation of a region in a file has not been begun, or not been finished. */
  static boolean isUnfinished(FileChannel channel) throws IOException {
    return channel.size() == 0 || magic(channel) == Layout.UNFINISHED;
  }

  /** Whether a file is one that Pawl has made, whatever has become of it since. */
  static boolean isOfPawl(FileChannel channel) throws IOException {
    return isUnfinished(channel) || magic(channel) == Layout.MAGIC;
  }

  /** Whether there is nothing in memory of which Pawl has made nothing yet. */
  static boolean isZeros(FileChannel channel) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
    for (long at = 0; channel.read(chunk, at) > 0; chunk.clear()) {
      at += chunk.position();
      if (!chunk.flip().equals(zeros.clear().limit(chunk.limit()))) {
        return false;
      }
    }
    return true;
  }

  private static long magic(FileChannel channel) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return channel.read(magic, Layout.HEADER_MAGIC) == Long.BYTES ? magic.getLong(0) : 0;
  }

  /** What to throw for a file that is something else. */
  static SharedRegionException notOfPawl(String file, FileChannel channel) throws IOException {
    return new SharedRegionException.NotARegion(
        file,
        "the file is not a region of Pawl: it begins with 0x" + Long.toHexString(magic(channel)),
        "name another file, or delete this one");
  }

  /** Reads and checks the header of a file whose creation has been finished. */
  static Header read(String file, FileChannel channel) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(Layout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (page.hasRemaining() && channel.read(page, page.position()) > 0) {}
    boolean whole = !page.hasRemaining();
    long magic = page.getLong(Layout.HEADER_MAGIC);
    int version = page.getInt(Layout.HEADER_VERSION);
    int order = page.getInt(Layout.HEADER_BYTE_ORDER);
    if (magic != Layout.MAGIC) {
      throw notOfPawl(file, channel);
    }
    if (order != Layout.BYTE_ORDER_MARK) {
      throw new SharedRegionException.Incompatible(
          file,
          "the region was made on a processor with another byte order",
          "share it between processors with the same");
    }
    checkVersion(file, version, page.getInt(Layout.HEADER_INCOMPATIBLE));
    Header header =
        new Header(
            page.getLong(Layout.HEADER_SIZE),
            page.getInt(Layout.HEADER_SLOTS),
            page.getInt(Layout.HEADER_DIRECTORY),
            page.getInt(Layout.HEADER_ENTRIES),
            page.getLong(Layout.HEADER_HEAP),
            BootId.read(page));
    String contradiction =
        whole
            ? header.contradiction(page.getInt(Layout.HEADER_SLOT_TABLE), channel.size())
            : "the file ends within the header";
    if (contradiction != null) {
      throw new SharedRegionException.Corrupt(file, contradiction);
    }
    return header;
  }

  private static void checkVersion(String file, int version, int features)
      throws SharedRegionException {
    if (version != Layout.VERSION) {
      throw new SharedRegionException.Incompatible(
          file,
          "the region has layout version "
              + Integer.toUnsignedString(version)
              + ", and this Pawl knows "
              + Layout.VERSION,
          "let all processes use one version of Pawl");
    }
    if (features != 0) {
      throw new SharedRegionException.Incompatible(
          file,
          "the region (layout version "
              + version
              + ") uses features 0x"
              + Integer.toHexString(features)
              + ", and this Pawl (layout version "
              + Layout.VERSION
              + ") knows none",
          "let all processes use one version of Pawl");
    }
  }

  private @Nullable String contradiction(int slotTable, long fileSize) {
    if (size < Layout.HEADER_BYTES || size != fileSize) {
      return "the header says "
          + Long.toUnsignedString(size)
          + " bytes, and the file has "
          + fileSize;
    }
    if (slots < 1 || slots > Layout.MAX_SLOTS || entries < 1 || entries > Layout.MAX_ENTRIES) {
      return "the header says " + slots + " slots and " + entries + " names";
    }
    long directoryEnd = directory + (long) entries * Layout.ENTRY_BYTES;
    boolean ordered =
        slotTable == Layout.HEADER_BYTES
            && directory >= slotTable + slots * Layout.SLOT_BYTES
            && directory % Layout.ALIGNMENT == 0
            && heap >= directoryEnd
            && heap % Layout.ALIGNMENT == 0
            && heap <= size;
    return ordered
        ? null
        : "the header has its parts at " + slotTable + ", " + directory + " and " + heap;
  }
}
