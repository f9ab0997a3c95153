package io.pawl.shared;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of a region without changing it. */
final class RegionReport {
  private static final String NEW_LINE = "\n";

  private final Region region;
  private final StringBuilder text = new StringBuilder();
  private boolean amiss;

  private RegionReport(Region region) {
    this.region = region;
  }

  /** The handles that live, in the order of their slots. */
  static List<RegionPeer> attached(Region region) {
    List<RegionPeer> peers = new ArrayList<>();
    try {
      for (int slot = 0; slot < region.slots; slot++) {
        if (region.isTaken(slot)) {
          peers.add(Slots.read(region.memory, slot, slot == region.slot));
        }
      }
    } catch (InternalError e) {
      throw region.lost(e);
    }
    return peers;
  }

  /**
   * The state of a region.
   *
   * @param text lines for people
   * @param amiss whether a lock has a dead owner, or is poisoned
   */
  record Result(String text, boolean amiss) {}

  /** Describes who is attached and what is held. */
  static Result of(Region region) {
    try {
      RegionReport report = new RegionReport(region);
      report.write();
      return new Result(report.text.toString(), report.amiss);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private void line(Object... parts) {
    for (Object part : parts) {
      text.append(part);
    }
    text.append(NEW_LINE);
  }

  private void write() {
    List<RegionPeer> peers = attached(region);
    line(
        region.name,
        ": ",
        region.memory.byteSize(),
        " bytes, layout version ",
        Layout.VERSION,
        ", ",
        peers.size(),
        " of ",
        region.slots,
        " slots taken, ",
        Integer.toUnsignedString(region.deaths()),
        " deaths noticed");
    line("attached:");
    for (RegionPeer peer : peers) {
      String label = peer.label().isEmpty() ? "" : " (" + peer.label() + ")";
      line("  slot ", peer.slot(), ": process ", peer.pid(), label, " since ", time(peer.since()));
    }
    Directory directory = new Directory(region);
    line("names:");
    for (int index = 0; index < region.entries; index++) {
      Directory.Entry entry = directory.read(index);
      if (entry != null) {
        entry(directory, entry);
      }
    }
  }

  private static String time(Instant instant) {
    return instant.toString();
  }

  private void entry(Directory directory, Directory.Entry entry) {
    Kind kind = Kind.of(entry.kind());
    if (kind == null || !directory.isSound(entry, kind)) {
      amiss = true;
      line("  ", Kind.describe(entry.kind()), " \"", entry.name(), "\": overwritten");
      return;
    }
    line(
        "  ",
        kind,
        " \"",
        entry.name(),
        "\": ",
        switch (kind) {
          case MUTEX -> owner(entry);
          case RW_LOCK -> owner(entry) + readers(entry);
          case SEMAPHORE -> permits(entry);
          case CONDVAR ->
              "at most " + region.getInt(entry.offset() + Layout.CONDVAR_WAITERS) + " wait";
          case SEQ_LOCK -> entry.parameter() + " bytes, " + owner(entry);
          case DATA -> entry.parameter() + " bytes";
        });
  }

  private String owner(Directory.Entry entry) {
    MutexCore core = new MutexCore(region, entry.offset(), entry.name());
    LockOwner owner = core.owner();
    String state = owner == null ? "unlocked" : "locked by " + owner;
    if (owner != null && !owner.alive()) {
      amiss = true;
      state += ", which has ended";
    }
    if (core.isOrphan()) {
      amiss = true;
      String by = HolderNote.name(region, entry.offset());
      state += ", poisoned" + (owner == null ? " by the death of " + by : "");
    }
    return state;
  }

  private String readers(Directory.Entry entry) {
    return slots(entry, "read");
  }

  private String permits(Directory.Entry entry) {
    long lost = Integer.toUnsignedLong(region.getInt(entry.offset() + Layout.SEMAPHORE_LOST));
    return entry.parameter()
        + " permits"
        + (lost == 0 ? "" : ", " + lost + " lost")
        + slots(entry, "held");
  }

  private String slots(Directory.Entry entry, String what) {
    StringBuilder all = new StringBuilder();
    for (int slot = 0; slot < region.slots; slot++) {
      long value =
          region.getLong(entry.offset() + Layout.PER_SLOT + (long) slot * Layout.SLOT_LINE);
      int count = (int) value;
      if (count != 0) {
        boolean living = region.isLiving(slot, (int) (value >>> Integer.SIZE));
        all.append(", ").append(Integer.toUnsignedString(count)).append(' ').append(what);
        all.append(" by slot ").append(slot).append(living ? "" : ", which has ended");
      }
    }
    return all.toString();
  }

  /** The entry with a name, or null. */
  static Directory.@Nullable Entry find(Region region, String name) {
    Directory directory = new Directory(region);
    for (int index = 0; index < region.entries; index++) {
      Directory.Entry entry = directory.read(index);
      if (entry != null && entry.name().equals(name)) {
        return entry;
      }
    }
    return null;
  }
}
