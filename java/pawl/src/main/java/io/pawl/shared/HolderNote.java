package io.pawl.shared;

/**
 * What the holder of a mutex writes beside its word: its name, for messages. Costs a read and a
 * comparison while the same thread holds the mutex again and again.
 */
final class HolderNote {
  /*
   * The field "since" holds
   *   > 0  milliseconds since 1970: when somebody first waited for this hold
   *   < 0  a tag: who wrote it has written its name as well; nobody has waited yet
   *   0    nothing is known
   * A holder that finds its own tag need not write. A tag tells slot, generation and thread apart.
   */
  private static final int SLOT_SHIFT = 52;
  private static final int GENERATION_SHIFT = 32;
  private static final int GENERATION_MASK = 0xF_FFFF;

  private final Region region;
  private final long offset;

  /** The thread whose name is written under the tag; guarded by the mutex, as the tag is. */
  private long noted;

  private String notedName = "";

  private long tag;

  HolderNote(Region region, long offset) {
    this.region = region;
    this.offset = offset;
    this.tag =
        Long.MIN_VALUE
            | ((long) region.slot << SLOT_SHIFT)
            | ((long) (region.generation & GENERATION_MASK) << GENERATION_SHIFT);
  }

  /** Writes who holds the mutex: the current thread. */
  void write() {
    try {
      Thread thread = Thread.currentThread();
      boolean known = thread.threadId() == noted && thread.getName().equals(notedName);
      long since = (long) Region.LONG.get(region.memory, offset + Layout.MUTEX_SINCE);
      if (since != tag || !known) {
        writeAnew(thread, known);
      }
    } catch (OutOfMemoryError | StackOverflowError _) {
      // The name of somebody else stays; nothing depends on it.
    }
  }

  private void writeAnew(Thread thread, boolean known) {
    String name = thread.getName();
    if (!known) {
      tag = (tag & -(1L << GENERATION_SHIFT)) | ((tag + 1) & 0xFFFF_FFFFL);
      noted = thread.threadId();
      notedName = name;
    }
    writeName(name.isEmpty() && thread.isVirtual() ? "virtual-" + thread.threadId() : name);
    Region.LONG.set(region.memory, offset + Layout.MUTEX_SINCE, tag);
  }

  /** Writes a name in the place of that of a thread. */
  void writeName(String name) {
    Text.write(region.memory, offset + Layout.MUTEX_THREAD, Layout.THREAD_BYTES, name);
  }

  static String name(Region region, long offset) {
    return Text.read(region.memory, offset + Layout.MUTEX_THREAD, Layout.THREAD_BYTES);
  }

  /** Milliseconds, or 0 if not known. */
  static long since(Region region, long offset) {
    return Math.max(region.getLong(offset + Layout.MUTEX_SINCE), 0);
  }

  /** Writes since when the mutex has been held at the latest, unless somebody has. */
  static void noticed(Region region, long offset) {
    long since = region.getLong(offset + Layout.MUTEX_SINCE);
    if (since <= 0) {
      boolean _ = region.casLong(offset + Layout.MUTEX_SINCE, since, System.currentTimeMillis());
    }
  }
}
