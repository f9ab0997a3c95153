package io.pawl.shared;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SharedRegion} is created and attached. Objects of this class do not change: each
 * method returns another one.
 *
 * {@snippet :
 * RegionOptions options = RegionOptions.defaults().label("worker 3").slice(Duration.ofMillis(20));
 * }
 */
public final class RegionOptions {
  private static final RegionOptions DEFAULTS =
      new RegionOptions("", 64, 128, Duration.ofMillis(100), null, false);

  private final String label;
  private final int slots;
  private final int entries;
  private final Duration slice;
  private final @Nullable Recovery recovery;
  private final boolean otherUsers;

  private RegionOptions(
      String label,
      int slots,
      int entries,
      Duration slice,
      @Nullable Recovery recovery,
      boolean otherUsers) {
    this.label = label;
    this.slots = slots;
    this.entries = entries;
    this.slice = slice;
    this.recovery = recovery;
    this.otherUsers = otherUsers;
  }

  /**
   * No label, 64 slots, 128 names, slices of 100 milliseconds, no recovery, no other users.
   *
   * @return the options
   */
  public static RegionOptions defaults() {
    return DEFAULTS;
  }

  /**
   * What this process is called in messages and lists.
   *
   * @param label some words; the first 32 bytes of their UTF-8 form are kept
   * @return other options
   * @throws NullPointerException if label is null
   */
  public RegionOptions label(String label) {
    return new RegionOptions(
        Objects.requireNonNull(label, "label"), slots, entries, slice, recovery, otherUsers);
  }

  /**
   * How many handles can be attached to a region at a time, if it is created.
   *
   * @param slots from 1 to 1024
   * @return other options
   * @throws IllegalArgumentException if slots is out of range
   */
  public RegionOptions slots(int slots) {
    if (slots < 1 || slots > Layout.MAX_SLOTS) {
      throw new IllegalArgumentException("slots must be 1 to 1024, not " + slots);
    }
    return new RegionOptions(label, slots, entries, slice, recovery, otherUsers);
  }

  /**
   * How many names a region has room for, if it is created.
   *
   * @param names from 1 to 65536
   * @return other options
   * @throws IllegalArgumentException if names is out of range
   */
  public RegionOptions names(int names) {
    if (names < 1 || names > Layout.MAX_ENTRIES) {
      throw new IllegalArgumentException("names must be 1 to 65536, not " + names);
    }
    return new RegionOptions(label, slots, names, slice, recovery, otherUsers);
  }

  /**
   * How long a thread that waits sleeps at most before it looks again whether the owner lives. The
   * first sleeps are shorter. It bounds the time until a death is noticed, and that until a wake
   * that died with its process is made up for.
   *
   * @param slice from 1 millisecond to 1 hour
   * @return other options
   * @throws IllegalArgumentException if slice is out of range
   * @throws NullPointerException if slice is null
   */
  public RegionOptions slice(Duration slice) {
    if (slice.compareTo(Duration.ofMillis(1)) < 0 || slice.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("slice must be 1 ms to 1 h, not " + slice);
    }
    return new RegionOptions(label, slots, entries, slice, recovery, otherUsers);
  }

  /**
   * What repairs the data of a lock that is asked for without a recovery of its own.
   *
   * @param recovery the repair, or {@link Recovery#NONE}
   * @return other options
   * @throws NullPointerException if recovery is null
   */
  public RegionOptions recovery(Recovery recovery) {
    return new RegionOptions(
        label, slots, entries, slice, Objects.requireNonNull(recovery, "recovery"), otherUsers);
  }

  /**
   * Whether a file is taken that belongs to another user, or that its group or everybody may read
   * or write. Whoever may read the file can lock its bytes, and so keep others from attaching and
   * make the dead look alive; whoever may write to the file can break the locks in it, and keep
   * others waiting for ever.
   *
   * @param allowed true to take it
   * @return other options
   */
  public RegionOptions allowOtherUsers(boolean allowed) {
    return new RegionOptions(label, slots, entries, slice, recovery, allowed);
  }

  String label() {
    return label;
  }

  int slots() {
    return slots;
  }

  int names() {
    return entries;
  }

  long sliceNanos() {
    return slice.toNanos();
  }

  @Nullable Recovery recovery() {
    return recovery;
  }

  boolean allowsOtherUsers() {
    return otherUsers;
  }
}
