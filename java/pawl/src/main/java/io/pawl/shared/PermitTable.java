package io.pawl.shared;

import static io.pawl.shared.Steps.Step.PERMITS_LOGGED;
import static io.pawl.shared.Steps.Step.PERMITS_LOST;
import static io.pawl.shared.Steps.Step.PERMITS_RETURNED;
import static io.pawl.shared.Steps.Step.PERMITS_TAKEN;

import java.util.concurrent.atomic.AtomicInteger;

/** How many permits of a semaphore each handle holds. All changes are made under its mutex. */
final class PermitTable {
  /*
   * State
   *   permits      in all, never changed
   *   lost         of these, for good
   *   held[slot]   low half: how many; high half: the generation of the slot that holds them
   *   log          low half: what lost is going to be; high half: slot + 1 whose permits are lost; 0: none
   *
   * available = permits - lost - the sum of held over slots whose handle lives
   *
   * Invariants
   *   I1  Taking and giving back is one store into held.
   *   I2  Clearing the permits of the dead is one store if they return. If they are lost it is two, of
   *       lost and held: the log, stored before and cleared after, has both done again by who comes next,
   *       whether the one before died or an error ended what it did.
   *   I3  The permits of a dead handle are cleared before its slot's entry is used by another.
   *   I4  What this handle holds is known without the file, which may be gone.
   */
  private static final long LOW = 0xFFFF_FFFFL;

  private final Region region;
  private final long offset;

  /** How many this handle holds; changed under the mutex, unless the region is lost. */
  private final AtomicInteger here = new AtomicInteger();

  PermitTable(Region region, long offset) {
    this.region = region;
    this.offset = offset;
  }

  private long at(int slot) {
    return offset + Layout.PER_SLOT + (long) slot * Layout.SLOT_LINE;
  }

  private boolean isOwn(long held) {
    return (int) (held >>> Integer.SIZE) == region.generation;
  }

  /** How many this handle holds. */
  int held() {
    return here.get();
  }

  /** Takes permits if there are as many. */
  boolean take(int count) {
    if (left() < count && available() < count) {
      return false;
    }
    long held = region.getLong(at(region.slot));
    if (!isOwn(held)) {
      clear(region.slot, held);
    }
    int sum = here.get() + count;
    if (sum < 0) {
      throw region.lost("the permits of a semaphore were overwritten", null);
    }
    storeOwn(sum);
    int _ = here.addAndGet(count);
    Steps.at(PERMITS_TAKEN);
    return true;
  }

  /** Gives permits back that this handle holds. */
  void giveBack(int count) {
    int held = held();
    if (count > held) {
      throw new IllegalMonitorStateException(
          "This handle holds " + held + " permits and can't release " + count);
    }
    storeOwn(held - count);
    forget(count);
    Steps.at(PERMITS_RETURNED);
  }

  /**
   * Gives permits up that this handle holds; in the file, if there is one, they stay as they are.
   */
  void forget(int count) {
    int _ = here.updateAndGet(held -> Math.max(held - count, 0));
  }

  private void storeOwn(int held) {
    store(region.slot, ((long) region.generation << Integer.SIZE) | held);
  }

  private void store(int slot, long held) {
    region.setLong(at(slot), held);
  }

  /** How many are left if all that hold some live. */
  private long left() {
    long left =
        (region.getInt(offset + Layout.SEMAPHORE_PERMITS) & LOW)
            - (region.getInt(offset + Layout.SEMAPHORE_LOST) & LOW);
    for (int slot = 0; slot < region.slots; slot++) {
      left -= region.getLong(at(slot)) & LOW;
    }
    return left;
  }

  /** How many are available, after those of the dead have been cleared. */
  int available() {
    for (int slot = 0; slot < region.slots; slot++) {
      long held = region.getLong(at(slot));
      if ((held & LOW) != 0 && !region.isLiving(slot, (int) (held >>> Integer.SIZE))) {
        clear(slot, held);
        region.noteDeath();
      }
    }
    return (int) Math.max(left(), Integer.MIN_VALUE);
  }

  private void clear(int slot, long held) {
    if ((held & LOW) != 0
        && region.getInt(offset + Layout.SEMAPHORE_OPTIONS) == Layout.SEMAPHORE_LOSES) {
      long lost = (region.getInt(offset + Layout.SEMAPHORE_LOST) + held) & LOW;
      region.setLong(offset + Layout.SEMAPHORE_LOG, ((long) (slot + 1) << Integer.SIZE) | lost);
      Steps.at(PERMITS_LOGGED);
      redo();
    } else {
      store(slot, 0);
    }
  }

  /** Does what the log says, if anything, once more or for the first time. */
  void redo() {
    long log = region.getLong(offset + Layout.SEMAPHORE_LOG);
    if (log == 0) {
      return;
    }
    int slot = (int) (log >>> Integer.SIZE) - 1;
    if (slot >= 0 && slot < region.slots) {
      region.setInt(offset + Layout.SEMAPHORE_LOST, (int) log);
      Steps.at(PERMITS_LOST);
      store(slot, 0);
    }
    region.setLong(offset + Layout.SEMAPHORE_LOG, 0);
  }
}
