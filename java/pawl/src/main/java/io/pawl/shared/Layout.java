package io.pawl.shared;

/**
 * Where things are in the file of a region: offsets and sizes in bytes, all numbers little-endian.
 * {@code pawl_shared.h} has the same.
 */
final class Layout {
  /*
   *       0  header           one page
   *    4096  slots            64 bytes each: who is attached
   *          directory        128 bytes each: what there is, by name
   *          heap             the locks and data, each aligned to 64 bytes
   */

  static final long MAGIC = 0x314D48534C574150L;

  /** In the place of the magic number until everything else has been written. */
  static final long UNFINISHED = 0x304D48534C574150L;

  static final int VERSION = 1;
  static final int BYTE_ORDER_MARK = 0x01020304;
  static final int ALIGNMENT = 64;

  static final int HEADER_BYTES = 4096;
  static final int HEADER_MAGIC = 0;
  static final int HEADER_VERSION = 8;
  static final int HEADER_BYTE_ORDER = 12;
  static final int HEADER_INCOMPATIBLE = 16;
  static final int HEADER_COMPATIBLE = 20;
  static final int HEADER_SIZE = 24;
  static final int HEADER_SLOTS = 32;
  static final int HEADER_SLOT_TABLE = 36;
  static final int HEADER_DIRECTORY = 40;
  static final int HEADER_ENTRIES = 44;
  static final int HEADER_HEAP = 48;
  static final int HEADER_HEAP_END = 56;
  static final int HEADER_MUTEX = 64;
  static final int HEADER_BOOT_ID = 128;
  static final int BOOT_ID_BYTES = 16;
  static final int HEADER_DEATHS = 144;

  static final int MAX_SLOTS = 1024;
  static final int SLOT_BYTES = 64;
  static final int SLOT_GENERATION = 0;
  static final int SLOT_PID = 8;
  static final int SLOT_START = 16;
  static final int SLOT_SINCE = 24;
  static final int SLOT_LABEL = 32;
  static final int LABEL_BYTES = 32;

  static final int MAX_ENTRIES = 1 << 16;
  static final int ENTRY_BYTES = 128;
  static final int ENTRY_KIND = 0;
  static final int ENTRY_STATE = 4;
  static final int ENTRY_OFFSET = 8;
  static final int ENTRY_SIZE = 16;
  static final int ENTRY_PARAMETER = 24;
  static final int ENTRY_NAME = 32;
  static final int NAME_BYTES = 96;
  static final int ENTRY_COMPLETE = 1;

  static final int MUTEX_BYTES = 64;
  static final int MUTEX_WORD = 0;
  static final int MUTEX_SINCE = 8;
  static final int MUTEX_THREAD = 16;
  static final int THREAD_BYTES = 48;

  static final int RW_WRITER = 64;
  static final int RW_SEQUENCE = 68;

  static final int SEMAPHORE_PERMITS = 64;
  static final int SEMAPHORE_SEQUENCE = 68;
  static final int SEMAPHORE_OPTIONS = 72;
  static final int SEMAPHORE_LOST = 76;
  static final int SEMAPHORE_LOG = 80;
  static final int SEMAPHORE_LOSES = 1;

  /** Where the lines of the slots begin, of a lock or a semaphore. */
  static final int PER_SLOT = 128;

  static final int SLOT_LINE = 64;

  static final int CONDVAR_SEQUENCE = 0;
  static final int CONDVAR_WAITERS = 4;
  static final int CONDVAR_HEAD = 64;

  static final int SEQ_SEQUENCE = 64;
  static final int SEQ_RECORD = 128;

  private Layout() {}

  /** Rounds up to the alignment. */
  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Where the heap of a new region begins. */
  static long heapOf(int slots, int entries) {
    return align(HEADER_BYTES + (long) slots * SLOT_BYTES + (long) entries * ENTRY_BYTES);
  }
}
