package io.pawl.memory;

import io.pawl.internal.queue.StackRoom;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A chunk that is shared by slices and given back with the last hold on it. */
final class SliceChunk {

  /*
   * Algorithm: holds are bits of cells. New ones are taken in the open cell; when that is full, another takes its
   * place. The chunk counts the cells that are not dead. A full cell dies with its last hold. The open one stays
   * when it is empty, for the next hold, unless it is the only one left: then nobody holds the chunk. So retaining
   * and closing take one CAS each, but for one hold in 58.
   *
   * Invariants
   *   I1  cells is the number of cells that are not dead, and more by those that are being added. It never leaves
   *       zero, at which the chunk is given back: once.
   *   I2  A hold is taken in a cell that is not dead, hence in a chunk that has not been given back.
   *   I3  A cell that is neither full nor dead is the open one.
   *   I4  When the last hold is dropped, the chunk is given back. Let the open cell be empty. The thread that emptied
   *       it reads cells afterwards, in HoldCell.drop; one that counts a dead cell off looks at the open cell afterwards.
   *       Whichever of the two comes last in the order of these accesses finds one cell, and that empty.
   *   I5  After a drop whose cell neither died nor was emptied, a thread touches nothing of the chunk.
   *
   * Memory order
   *   cells, open   volatile, CAS; with the CAS of the cells they order whatever was done under any hold before the
   *                 chunk is given back
   */
  private static final int NARROW_BYTES = 1 << 16;

  private static final AtomicIntegerFieldUpdater<SliceChunk> CELLS =
      AtomicIntegerFieldUpdater.newUpdater(SliceChunk.class, "cells");
  private static final AtomicReferenceFieldUpdater<SliceChunk, HoldCell> OPEN =
      AtomicReferenceFieldUpdater.newUpdater(SliceChunk.class, HoldCell.class, "open");

  private final @Nullable Chunk chunk;

  /** All of it. */
  final MemorySegment memory;

  /** Whether 16 bits tell places in it. */
  final boolean narrow;

  private volatile HoldCell open;

  /** Read by the cells, too. */
  volatile int cells = 1;

  /**
   * Constructs the memory of slices, with hold 0 of the open cell taken.
   *
   * @param chunk null for slices of no bytes
   */
  SliceChunk(@Nullable Chunk chunk) {
    this.chunk = chunk;
    this.memory = chunk == null ? MemorySegment.NULL : chunk.segment();
    this.narrow = chunk != null && memory.byteSize() <= NARROW_BYTES;
    this.open = new HoldCell(this);
  }

  /** The cell in which to take the next hold. */
  HoldCell open() {
    return open;
  }

  /**
   * Puts another cell in the place of one that is full or dead.
   *
   * @return the cell, of which hold 0 is the caller's; or null if another thread has replaced it
   * @throws IllegalStateException if the chunk has been given back
   */
  @Nullable HoldCell replace(HoldCell full) {
    if (open != full) {
      return null;
    }
    HoldCell fresh = new HoldCell(this);
    StackRoom.forWake(); // the cell is counted off if it is not needed
    int n;
    do {
      n = cells;
      if (n == 0 || n == Integer.MAX_VALUE) {
        throw new IllegalStateException("There are " + (n == 0 ? "no" : "too many") + " holds");
      }
    } while (!CELLS.compareAndSet(this, n, n + 1));
    if (OPEN.compareAndSet(this, full, fresh)) {
      return fresh;
    }
    cellDied();
    return null;
  }

  /** Hears of a cell that has lost its last hold, and is dead or the only one. */
  void cellEmptied(HoldCell cell, boolean dead) {
    if (dead || cell.killIfEmpty()) {
      cellDied();
    }
  }

  private void cellDied() {
    int left;
    do {
      left = CELLS.decrementAndGet(this);
    } while (left == 1 && open.killIfEmpty());
    if (left == 0 && chunk != null) {
      chunk.closeInRoom();
    }
  }
}
