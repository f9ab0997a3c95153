package io.pawl.shared;

import static io.pawl.shared.Steps.Step.ENTRY_WRITTEN;
import static io.pawl.shared.Steps.Step.HEAP_MOVED;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The names of a region: finds what a name stands for, and makes it if it is new. */
final class Directory {
  /*
   * An entry is written and its memory cleared, then the end of the heap moves, then the entry becomes
   * complete, all under the region's mutex. Whoever dies in between leaves an entry that is free, and at
   * worst a gap in the heap: the mutex needs no repair. A complete entry never changes, so looking needs
   * no lock.
   */

  /** How many bytes a name has at most: a zero follows it. */
  private static final int LONGEST = Layout.NAME_BYTES - 1;

  private final Region region;
  private final MutexCore mutex;

  Directory(Region region) {
    this.region = region;
    this.mutex = new MutexCore(region, Layout.HEADER_MUTEX, "the directory of " + region.name);
  }

  /**
   * What a name stands for, copied from the file and checked.
   *
   * @param index the place in the directory
   * @param kind the code of its kind
   * @param offset where it is
   * @param size how many bytes it has
   * @param parameter its parameter
   * @param name its name
   */
  record Entry(int index, int kind, long offset, long size, int parameter, String name) {}

  /** Finds or makes what a name stands for; returns where it is. */
  long find(Kind kind, String name, int parameter) {
    return find(kind, name, parameter, false);
  }

  /**
   * Finds or makes what a name stands for; returns where it is.
   *
   * @param loses whether a semaphore loses the permits of the dead
   */
  long find(Kind kind, String name, int parameter, boolean loses) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (name.isEmpty() || bytes.length > LONGEST || !Text.isPlain(name)) {
      throw new IllegalArgumentException(
          "A name has 1 to " + LONGEST + " bytes of UTF-8 and no control characters: " + name);
    }
    try {
      Entry found = search(name);
      if (found == null) {
        found = searchOrMake(kind, name, parameter, loses);
      }
      return checked(found, kind, parameter, loses);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private Entry searchOrMake(Kind kind, String name, int parameter, boolean loses) {
    boolean orphaned = mutex.lock(this);
    try {
      if (orphaned) {
        mutex.clearOrphan();
      }
      Entry found = search(name);
      return found != null ? found : make(kind, name, parameter, loses);
    } finally {
      mutex.leave();
    }
  }

  private @Nullable Entry search(String name) {
    for (int index = 0; index < region.entries; index++) {
      Entry entry = read(index);
      if (entry != null && entry.name.equals(name)) {
        return entry;
      }
    }
    return null;
  }

  private long at(int index) {
    return region.directory + (long) index * Layout.ENTRY_BYTES;
  }

  /** Reads an entry, or null if it is free. */
  @Nullable Entry read(int index) {
    long at = at(index);
    if (region.getInt(at + Layout.ENTRY_STATE) != Layout.ENTRY_COMPLETE) {
      return null;
    }
    return new Entry(
        index,
        region.getInt(at + Layout.ENTRY_KIND),
        region.getLong(at + Layout.ENTRY_OFFSET),
        region.getLong(at + Layout.ENTRY_SIZE),
        region.getInt(at + Layout.ENTRY_PARAMETER),
        Text.read(region.memory, at + Layout.ENTRY_NAME, Layout.NAME_BYTES));
  }

  /** Whether an entry leads to a place in the heap that is as large as its kind. */
  boolean isSound(Entry entry, Kind kind) {
    long offset = entry.offset;
    return entry.kind == kind.code()
        && entry.parameter >= 0
        && entry.size >= kind.size(region.slots, entry.parameter)
        && offset >= region.heap
        && offset % Layout.ALIGNMENT == 0
        && entry.size <= region.memory.byteSize()
        && offset <= region.memory.byteSize() - entry.size;
  }

  private long checked(Entry entry, Kind kind, int parameter, boolean loses) {
    if (entry.kind != kind.code()) {
      throw new IllegalArgumentException(
          "\""
              + entry.name
              + "\" in "
              + region.name
              + " is a "
              + Kind.describe(entry.kind)
              + ", not a "
              + kind);
    }
    if (!isSound(entry, kind)) {
      throw region.lost(
          "entry " + entry.index + " of the directory was overwritten: " + entry, null);
    }
    if (entry.parameter != parameter) {
      throw new IllegalArgumentException(
          "The "
              + kind
              + " \""
              + entry.name
              + "\" in "
              + region.name
              + " was made with "
              + entry.parameter
              + ", not "
              + parameter);
    }
    if (kind == Kind.SEMAPHORE
        && loses
            != (region.getInt(entry.offset + Layout.SEMAPHORE_OPTIONS) == Layout.SEMAPHORE_LOSES)) {
      throw new IllegalArgumentException(
          "The semaphore \""
              + entry.name
              + "\" in "
              + region.name
              + (loses ? " returns" : " loses")
              + " the permits of the dead");
    }
    return entry.offset;
  }

  private Entry make(Kind kind, String name, int parameter, boolean loses) {
    int index = 0;
    while (index < region.entries
        && region.getInt(at(index) + Layout.ENTRY_STATE) == Layout.ENTRY_COMPLETE) {
      index++;
    }
    if (index == region.entries) {
      throw new IllegalStateException(
          "No name is left of the "
              + index
              + " of "
              + region.name
              + "; create a region with more names");
    }
    long size = kind.size(region.slots, parameter);
    long offset = region.getLong(Layout.HEADER_HEAP_END);
    long all = region.memory.byteSize();
    if (offset < region.heap || offset > all || offset % Layout.ALIGNMENT != 0) {
      throw region.lost("the end of its heap was overwritten: " + offset, null);
    }
    if (size > all - offset) {
      throw new IllegalStateException(
          "No room for the "
              + kind
              + " \""
              + name
              + "\" of "
              + size
              + " bytes: "
              + (all - offset)
              + " are left in "
              + region.name
              + "; create a larger region");
    }
    long at = at(index);
    region.setInt(at + Layout.ENTRY_KIND, kind.code());
    region.setLong(at + Layout.ENTRY_OFFSET, offset);
    region.setLong(at + Layout.ENTRY_SIZE, size);
    region.setInt(at + Layout.ENTRY_PARAMETER, parameter);
    Text.write(region.memory, at + Layout.ENTRY_NAME, Layout.NAME_BYTES, name);
    var _ = region.memory.asSlice(offset, size).fill((byte) 0);
    initialize(kind, offset, parameter, loses);
    Steps.at(ENTRY_WRITTEN);
    region.setLong(Layout.HEADER_HEAP_END, offset + size);
    Steps.at(HEAP_MOVED);
    region.setInt(at + Layout.ENTRY_STATE, Layout.ENTRY_COMPLETE);
    return new Entry(index, kind.code(), offset, size, parameter, name);
  }

  private void initialize(Kind kind, long offset, int parameter, boolean loses) {
    if (kind == Kind.SEMAPHORE) {
      region.setInt(offset + Layout.SEMAPHORE_PERMITS, parameter);
      region.setInt(offset + Layout.SEMAPHORE_OPTIONS, loses ? Layout.SEMAPHORE_LOSES : 0);
    } else if (kind == Kind.SEQ_LOCK) {
      region.setInt(offset + Layout.SEQ_SEQUENCE + Integer.BYTES, parameter);
    }
  }
}
