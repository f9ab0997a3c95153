package io.pawl.shared;

import static io.pawl.shared.Steps.Step.MUTEX_ACQUIRED;
import static io.pawl.shared.Steps.Step.MUTEX_FREED;
import static io.pawl.shared.Steps.Step.MUTEX_WOKEN;
import static io.pawl.shared.Steps.Step.OWNER_RECOVERED;
import static io.pawl.shared.Steps.Step.WAITERS_SET;

import io.pawl.internal.observe.Observers;
import io.pawl.internal.park.Deadlines;
import io.pawl.observe.Wait;

/**
 * The word of a shared mutex, for which the processes contend. In each handle one thread at a time
 * does so, the holder of a lock of its own.
 */
final class SharedWord {
  /*
   * State word, 64 bits
   *   bit 31       WAITERS     somebody may sleep on the low half
   *   bit 30       ORPHAN      an owner died in its section, and nobody has said that the data is in order
   *   bits 0-15    slot + 1    of the owner; 0: free
   *   bits 32-63   generation  of the owner's slot; 0: free
   *
   * Transitions: each is one compare-and-set of the whole word
   *
   *                   lock
   *      free ----------------------> held by me        ORPHAN stays as it is; WAITERS if I have slept
   *      held, owner dead ----------> held by me        ORPHAN and WAITERS: the recovery, which has no middle
   *      held, owner alive ---------> the same          WAITERS; then sleep for a slice
   *                  unlock
   *      held by me ----------------> free              ORPHAN stays; if WAITERS was set, wake one
   *
   * Invariants
   *   I1  Acquiring names the owner in the same instruction: there is no moment without one.
   *   I2  An owner is dead if its generation differs or its byte is unlocked (Region, I1). A word whose
   *       slot does not exist has a dead owner, and so has one that names this handle when a thread of it
   *       contends: that thread holds the handle's own lock, so no other can own the word.
   *   I3  Nobody sleeps longer than a slice without looking at the word and at the owner's byte. So a wake
   *       that died with its process, or was spent on one that died, costs time and nothing else. The
   *       first look at the byte comes before the first sleep.
   *   I4  Who has slept sets WAITERS when it acquires, since others may sleep that it knows nothing of.
   *   I5  Who gives up after it has slept wakes one: it may have consumed a wake.
   *
   * Memory order: every access is volatile, and every change a compare-and-set. Fences are symmetric: a
   * barrier of this process would not reach the others.
   *
   * Fairness: none between processes; who comes while the word is free takes it.
   */
  static final int WAITERS = 1 << 31;
  static final int ORPHAN = 1 << 30;
  static final int OWNER = 0xFFFF;

  private static final long WAITERS_BIT = 1L << 31;
  private static final long ORPHAN_BIT = 1L << 30;

  /** What an attempt has come to. */
  enum Outcome {
    ACQUIRED,
    /** The thread holds the word, and an owner before it died or left it marked. */
    ORPHANED,
    HELD,
    TIMED_OUT,
    INTERRUPTED
  }

  private final Region region;
  private final long offset;
  private final long mine;

  /** The word of the owner that was found dead last; guarded by the handle's own lock. */
  private long dead;

  SharedWord(Region region, long offset) {
    this.region = region;
    this.offset = offset;
    this.mine = region.ownWord();
  }

  /** The value now. */
  long load() {
    return region.getLong(offset);
  }

  private boolean cas(long expected, long value) {
    return region.casLong(offset, expected, value);
  }

  static boolean isFree(long word) {
    return (word & OWNER) == 0;
  }

  static boolean isOrphan(long word) {
    return (word & ORPHAN_BIT) != 0;
  }

  static int slotOf(long word) {
    return (int) (word & OWNER) - 1;
  }

  static int generationOf(long word) {
    return (int) (word >>> Integer.SIZE);
  }

  /** Whether this handle owns the word. */
  boolean isMine() {
    return (load() & ~(WAITERS_BIT | ORPHAN_BIT)) == mine;
  }

  /**
   * The word of the dead owner, after {@link Outcome#ORPHANED}; free if its mark alone was found.
   */
  long dead() {
    return dead;
  }

  /** Acquires the word if it is free, unmarked, and nobody waits. */
  boolean acquireFree() {
    // Interpreted code survives a fault in a load, not one in a compare-and-set.
    boolean acquired = load() == 0 && cas(0, mine);
    if (acquired) {
      Steps.at(MUTEX_ACQUIRED);
      dead = 0;
    }
    return acquired;
  }

  /** Acquires the word unless its owner lives. */
  Outcome tryAcquire() {
    return tryAcquire(0);
  }

  /**
   * Acquires the word unless its owner lives.
   *
   * @param slept {@link #WAITERS} if this thread has slept, else 0
   */
  private Outcome tryAcquire(long slept) {
    while (true) {
      long word = load();
      if (isFree(word)) {
        if (cas(word, mine | (word & ORPHAN_BIT) | slept)) {
          Steps.at(MUTEX_ACQUIRED);
          dead = 0;
          return isOrphan(word) ? Outcome.ORPHANED : Outcome.ACQUIRED;
        }
      } else if (!isDead(word)) {
        return Outcome.HELD;
      } else if (cas(word, mine | ORPHAN_BIT | WAITERS_BIT)) {
        Steps.at(OWNER_RECOVERED);
        dead = word;
        region.noteDeath();
        return Outcome.ORPHANED;
      }
    }
  }

  private boolean isDead(long word) {
    int slot = slotOf(word);
    return (slot == region.slot && generationOf(word) == region.generation)
        || !region.isLiving(slot, generationOf(word));
  }

  /**
   * Acquires the word, waiting while its owner lives.
   *
   * @param blocker what thread dumps show
   */
  Outcome acquire(Object blocker, boolean interruptible, long deadline) {
    return Observers.arePresent()
        ? ToldWait.of(
            blocker, Wait.Mode.EXCLUSIVE, () -> acquireUnobserved(blocker, interruptible, deadline))
        : acquireUnobserved(blocker, interruptible, deadline);
  }

  private Outcome acquireUnobserved(Object blocker, boolean interruptible, long deadline) {
    long slice = region.waits.firstSlice();
    long slept = 0;
    while (true) {
      Outcome outcome = tryAcquire(slept);
      if (outcome != Outcome.HELD) {
        return outcome;
      }
      if (interruptible && Thread.interrupted()) {
        passOn(slept);
        return Outcome.INTERRUPTED;
      }
      if (Deadlines.passed(deadline)) {
        passOn(slept);
        return Outcome.TIMED_OUT;
      }
      long word = load();
      long awaited = word | WAITERS_BIT;
      if (!isFree(word) && (word == awaited || cas(word, awaited))) {
        Steps.at(WAITERS_SET);
        HolderNote.noticed(region, offset);
        region.waits.await(blocker, offset, (int) awaited, slice, deadline, interruptible);
        Steps.at(MUTEX_WOKEN);
        slept = WAITERS_BIT;
        slice = region.waits.nextSlice(slice);
      }
    }
  }

  private void passOn(long slept) {
    if (slept != 0) {
      region.wake(offset, 1);
    }
  }

  /**
   * Frees the word. Who calls has made sure of the stack: what overflows in the wake has freed it.
   *
   * @return false if it is not that of this handle
   */
  boolean release() {
    while (true) {
      long word = load();
      if ((word & ~(WAITERS_BIT | ORPHAN_BIT)) != mine) {
        return false;
      }
      if (cas(word, word & ORPHAN_BIT)) {
        Steps.at(MUTEX_FREED);
        if ((word & WAITERS_BIT) != 0) {
          region.wake(offset, 1);
        }
        return true;
      }
    }
  }

  /**
   * Takes the mark of a death away.
   *
   * @return false if the word is not that of this handle
   */
  boolean clearOrphan() {
    return mark(0);
  }

  /**
   * Sets the mark of a death.
   *
   * @return false if the word is not that of this handle
   */
  boolean setOrphan() {
    return mark(ORPHAN_BIT);
  }

  private boolean mark(long orphan) {
    while (true) {
      long word = load();
      if ((word & ~(WAITERS_BIT | ORPHAN_BIT)) != mine) {
        return false;
      }
      if (cas(word, (word & ~ORPHAN_BIT) | orphan)) {
        return true;
      }
    }
  }
}
