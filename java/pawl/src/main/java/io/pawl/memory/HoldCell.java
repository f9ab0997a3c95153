package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A few of the holds on a chunk, one bit each: which bit a hold has is known to its handle alone,
 * so dropping it twice is noticed without a word of its own for each handle.
 */
final class HoldCell {

  /*
   * State word
   *   bits 0-57    live   one for each hold
   *   bits 58-63   next   the first bit that has never been given to a hold; FULL if there is none, 63 if dead
   *
   * Transitions
   *   take            next + 1, its bit live                unless full or dead
   *   drop            the bit not live                      full and the last: dead
   *   killIfEmpty     no bit live, not dead -> dead
   *
   * Invariants
   *   I1  A bit is given once. So a bit that is not live belongs to no hold or to one that has been dropped, and a
   *       word never has a value again that it had before a take.
   *   I2  Dead is final; exactly one transition makes a cell dead.
   *
   *   I3  Nothing is called after the CAS of a drop but for a cell that dies, or is empty and the only one; then
   *       there was room on the stack for that, unless all others died in between.
   *
   * Memory order: CAS throughout. What was done before a drop happens-before the transition to dead.
   */
  private static final int FULL = 58;
  private static final int NEXT_SHIFT = FULL;
  private static final long NEXT_ONE = 1L << NEXT_SHIFT;
  private static final long LIVE = NEXT_ONE - 1;
  private static final long DEAD = 63L << NEXT_SHIFT;

  private static final AtomicLongFieldUpdater<HoldCell> WORD =
      AtomicLongFieldUpdater.newUpdater(HoldCell.class, "word");

  final SliceChunk chunk;
  private volatile long word;

  /** Constructs a cell in which hold 0 is taken. */
  HoldCell(SliceChunk chunk) {
    this.chunk = chunk;
    WORD.lazySet(this, NEXT_ONE | 1);
  }

  /**
   * Takes a hold.
   *
   * @return which, or a negative number if the cell is full or dead
   */
  int take() {
    for (; ; ) {
      long w = word;
      int next = (int) (w >>> NEXT_SHIFT);
      if (next >= FULL) {
        return -1;
      }
      if (WORD.compareAndSet(this, w, (w | 1L << next) + NEXT_ONE)) {
        return next;
      }
    }
  }

  /** Whether a hold that was taken has not been dropped. */
  boolean isHeld(int hold) {
    return (word & 1L << hold) != 0;
  }

  /**
   * Drops a hold; the chunk is freed with its last.
   *
   * @return false if it has been dropped already
   */
  boolean drop(int hold) {
    return drop(hold, false);
  }

  /** Drops a hold as {@link #drop} does; the caller knows that there is stack for it. */
  boolean dropInRoom(int hold) {
    return drop(hold, true);
  }

  private boolean drop(int hold, boolean inRoom) {
    long bit = 1L << hold;
    for (; ; ) {
      long w = word;
      if ((w & bit) == 0) {
        return false;
      }
      long left = w & ~bit;
      boolean empty = (left & LIVE) == 0;
      boolean dies = empty && left >>> NEXT_SHIFT == FULL;
      if (!inRoom && (dies || (empty && chunk.cells == 1))) {
        StackRoom.forWake(); // the chunk is not forgotten after the drop
      }
      if (WORD.compareAndSet(this, w, dies ? DEAD : left)) {
        if (dies || (empty && chunk.cells == 1)) {
          chunk.cellEmptied(this, dies);
        }
        return true;
      }
    }
  }

  /**
   * Makes the cell dead if it has no holds.
   *
   * @return whether this call did
   */
  boolean killIfEmpty() {
    for (; ; ) {
      long w = word;
      if (w == DEAD || (w & LIVE) != 0) {
        return false;
      }
      if (WORD.compareAndSet(this, w, DEAD)) {
        return true;
      }
    }
  }
}
