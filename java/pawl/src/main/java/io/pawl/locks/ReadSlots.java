package io.pawl.locks;

import io.pawl.internal.slots.ThreadSlots;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The slots of an {@link RwLock} in which its readers count their holds, each thread in one that
 * only it writes. What the counts mean, and when they count, is the business of {@link RwSync}.
 */
final class ReadSlots extends ThreadSlots {

  /*
   * The note of a slot is the count: how often its owner holds the lock through the slot.
   *
   * The second word counts the reads of a thread that fences, for its looks at the clock; nothing depends
   * on it.
   *
   * Drain: even when nobody waits for the slots to be empty, odd from a certain moment of a closing
   * until one thread has found them empty.
   *
   * Invariants, beside those of ThreadSlots
   *   I1  drain only grows, so a finish() that replaces the odd number which it had read before its scan
   *       knows that the drain was on all the while; of those that try, one succeeds.
   *
   * Memory order
   *   count     plain, after a release fence where a hold is dropped; acquire by the scan: what was read
   *             under a hold happens-before what follows a scan that has seen it dropped
   *   drain     volatile; see RwSync
   *   mayOpenAt, mayLightenAt, lightRest   volatile, only that they are not torn
   */
  private static final AtomicLongFieldUpdater<ReadSlots> DRAIN =
      AtomicLongFieldUpdater.newUpdater(ReadSlots.class, "drain");

  /** The count of a slot that is full; further holds are counted elsewhere. */
  static final int MAX_COUNT = NOTE;

  /** How much longer than the last closing took what is to make the next one rare. */
  private static final int REST = 16;

  /** How fast a closing that was slow by chance is forgotten: by this part with each other one. */
  private static final int DECAY_SHIFT = 3;

  /** Every how many reads a thread that fences looks at the clock: a power of two. */
  static final int READS_TO_LOOK = 64;

  private volatile long drain;

  /** When the slots may be opened again, on the clock of System.nanoTime(). */
  volatile long mayOpenAt = System.nanoTime();

  /** When readers may do without fences again, on the same clock. */
  volatile long mayLightenAt = mayOpenAt;

  /**
   * How long readers are to fence after any closing: what the last one on their behalf demands,
   * less an eighth for each that has followed.
   */
  private volatile long lightRest;

  /** Whether a word is that of a key, and does not count as many holds as it can. */
  static boolean canCountMore(long word, long key) {
    long count = word - key;
    return count >= 0 && count < MAX_COUNT;
  }

  /** Takes back a hold of the current thread; false if its slot counts none. */
  static boolean leave(long[] words) {
    long key = key(Thread.currentThread());
    return leave(words, index(key), key);
  }

  private static boolean leave(long[] words, int i, long key) {
    if (words[i] != key + 1) {
      return leaveOuter(words, i, key);
    }
    VarHandle.releaseFence();
    words[i] = key;
    return true;
  }

  private static boolean leaveOuter(long[] words, int i, long key) {
    long count = words[i] - key;
    if (count <= 1 || count > MAX_COUNT) {
      return false;
    }
    VarHandle.releaseFence();
    words[i]--;
    return true;
  }

  /** Counts a read of the current thread, whose slot is at an index; true when it should look. */
  static boolean isLookDue(long[] words, int i) {
    return (++words[i + 1] & (READS_TO_LOOK - 1)) == 0;
  }

  @Override
  protected boolean isHeld(int i) {
    return ((long) WORD.getAcquire(words(), i) & MAX_COUNT) != 0;
  }

  // ---- The writer's side

  /**
   * Called once after each closing, while nobody can enter to stay: asks for the slots' being
   * empty.
   */
  void start() {
    long _ = DRAIN.getAndIncrement(this);
  }

  /** Whether somebody waits for the slots to be empty. */
  boolean isDraining() {
    return (drain & 1) != 0;
  }

  /** Ends the drain if one is on and the slots are empty; true for the one caller that ends it. */
  boolean finish() {
    long d = drain;
    return (d & 1) != 0 && isEmpty() && DRAIN.compareAndSet(this, d, d + 1);
  }

  private boolean isEmpty() {
    for (int i = FIRST; i < words().length; i += STRIDE) {
      if (isHeld(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes closings rare that cost as much as the one that began at the given time: for a multiple
   * of what it has taken, readers fence, if it had to fence for them, else the slots stay closed.
   */
  void rest(long closedAt, boolean wasLight) {
    long now = System.nanoTime();
    long rest = REST * (now - closedAt);
    long light = lightRest;
    if (wasLight) {
      light = rest;
    } else {
      mayOpenAt = now + rest;
      light -= light >> DECAY_SHIFT;
    }
    lightRest = light;
    mayLightenAt = now + light;
  }

  /** Whether the slots have rested. */
  boolean mayOpen() {
    return System.nanoTime() - mayOpenAt >= 0;
  }

  /** Whether no writer has closed the slots for so long that readers may do without fences. */
  boolean mayLighten() {
    return System.nanoTime() - mayLightenAt >= 0;
  }

  // ---- Inspection

  /** How many holds the slots count; an estimate while that changes. */
  int holds() {
    int sum = 0;
    for (int i = FIRST; i < words().length; i += STRIDE) {
      sum += (int) ((long) WORD.getAcquire(words(), i) & MAX_COUNT);
    }
    return sum;
  }
}
