package io.pawl.memory;

import java.io.Serial;

/**
 * Thrown when a {@link ChunkProvider} would exceed its budget. Nothing has been allocated, and the
 * account is as if nobody had asked; a later request may succeed when memory has been given back,
 * for which {@link ChunkProvider#awaitRoom} waits.
 */
public final class BudgetExceededException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /** What was refused. */
  private final long requestedBytes;

  /** What was held. */
  private final long heldBytes;

  /** What may be held. */
  private final long budgetBytes;

  BudgetExceededException(long requestedBytes, long heldBytes, long budgetBytes) {
    super(
        "A chunk of %d bytes exceeds the budget: %d of %d bytes are held"
            .formatted(requestedBytes, heldBytes, budgetBytes));
    this.requestedBytes = requestedBytes;
    this.heldBytes = heldBytes;
    this.budgetBytes = budgetBytes;
  }

  /**
   * What was refused.
   *
   * @return bytes, those of the chunk's header included
   */
  public long requestedBytes() {
    return requestedBytes;
  }

  /**
   * What the provider held when it refused.
   *
   * @return bytes
   */
  public long heldBytes() {
    return heldBytes;
  }

  /**
   * What the provider may hold.
   *
   * @return bytes
   */
  public long budgetBytes() {
    return budgetBytes;
  }
}
