package io.pawl.memory;

import io.pawl.internal.memory.ReturnStack;
import org.jspecify.annotations.Nullable;

/** What a provider holds and nobody uses: blocks to be handed out again, and blocks to be freed. */
final class BlockStore {

  /*
   * States of a block
   *
   *              push                   pop
   *   in use ------------> cached ----------------> in use
   *     |                    |
   *     | discard            | discard, freeAll
   *     v                    v
   *     +--------------------+----> freed, its bytes released
   *                          |        ^
   *       a native call uses |        | freeBusy, freeAll
   *       it, or an error    +--> busy
   *
   * Invariants
   *   I1  A block is in use, cached, busy or freed, whatever is thrown: to put it aside needs no memory.
   *   I2  What was to be freed is not handed out again: some of it may be gone.
   *
   * Any thread pushes and discards; who holds the provider's lock does the rest.
   */
  private final ByteAccount account;
  private final ReturnStack<Block> cached = new ReturnStack<>();

  /** What could not be freed when it was to be, most often since a native call was using it. */
  private final ReturnStack<Block> busy = new ReturnStack<>();

  /** Those of the busy that have been looked at; empty but while that is done. */
  private final ReturnStack<Block> aside = new ReturnStack<>();

  BlockStore(ByteAccount account) {
    this.account = account;
  }

  /** Keeps a block for the next request. */
  void push(Block block) {
    cached.push(block);
  }

  /**
   * Takes a block out, that which came last.
   *
   * @return null if there is none
   */
  @Nullable Block pop() {
    return cached.pop();
  }

  /** Frees a block, now or later: when no native call uses it, and there is memory for that. */
  void discard(Block block) {
    try {
      boolean _ = free(block, busy);
    } catch (OutOfMemoryError e) {
      // It is with the busy ones.
    }
  }

  /** Whether there are blocks that native calls were using when they were looked at. */
  boolean hasBusy() {
    return !busy.isEmpty();
  }

  /**
   * Frees what native calls were using, if they have ended.
   *
   * @return how many blocks are still used
   */
  int freeBusy() {
    int kept = 0;
    try {
      for (Block block; (block = busy.pop()) != null; ) {
        if (!free(block, aside)) {
          kept++;
        }
      }
    } finally {
      for (Block block; (block = aside.pop()) != null; ) {
        busy.push(block);
      }
    }
    return kept;
  }

  /**
   * Frees all blocks.
   *
   * @return how many native calls are using
   */
  int freeAll() {
    for (Block block; (block = cached.pop()) != null; ) {
      discard(block);
    }
    return freeBusy();
  }

  private boolean free(Block block, ReturnStack<Block> otherwise) {
    boolean freed = false;
    try {
      freed = block.tryFree();
    } finally {
      if (!freed) {
        otherwise.push(block);
      }
    }
    if (freed) {
      account.release(block.byteSize() + ChunkProvider.HEADER_BYTES);
    }
    return freed;
  }
}
