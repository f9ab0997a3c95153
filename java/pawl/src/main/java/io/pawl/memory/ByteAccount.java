package io.pawl.memory;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that a chunk provider holds, bounded by its budget. */
final class ByteAccount {

  /*
   * Algorithm: to reserve adds first and looks then; what exceeds the budget is taken back. One thread reserves at
   * a time, under the provider's lock; any thread releases.
   *
   * Invariants
   *   I1  reserved = held + what is being tried + what is being released. It exceeds the budget only while a
   *       reservation that will be refused is tried.
   *   I2  A refusal is true: at the moment of the add, what was held and what was asked for exceeded the budget.
   *       A release before the add is in the sum, and one after it cannot turn it into a refusal. There is no
   *       attempt of another thread in the sum, since one reserves at a time.
   *   I3  held never exceeds the budget: it is raised after reserved has been and lowered before.
   *   I4  A sum that wraps is negative, since both terms are at most Long.MAX_VALUE, and is refused; taking the
   *       term back is exact all the same.
   *
   * Memory order
   *   reserved, held   volatile read-modify-write
   *   peak             plain: written and read under the provider's lock
   */
  private final long budget;
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private long peak;

  ByteAccount(long budget) {
    this.budget = budget;
  }

  /**
   * Reserves bytes, by one thread at a time.
   *
   * @return false if that would exceed the budget
   */
  boolean tryReserve(long bytes) {
    long sum = reserved.addAndGet(bytes);
    if (sum < 0 || sum > budget) {
      long _ = reserved.addAndGet(-bytes);
      return false;
    }
    peak = Math.max(peak, held.addAndGet(bytes));
    return true;
  }

  /** Whether an empty account could take so many bytes. */
  boolean allows(long bytes) {
    return bytes <= budget;
  }

  /** Whether a reservation would be granted; while nobody reserves. */
  boolean hasRoom(long bytes) {
    long sum = reserved.get() + bytes;
    return sum >= 0 && sum <= budget;
  }

  /** Releases bytes that were reserved. */
  void release(long bytes) {
    long _ = held.addAndGet(-bytes);
    long _ = reserved.addAndGet(-bytes);
  }

  /** The bytes reserved and not released. */
  long held() {
    return held.get();
  }

  /** The most bytes that were held at a time. */
  long peak() {
    return peak;
  }

  BudgetExceededException refusal(long bytes) {
    return new BudgetExceededException(bytes, held(), budget);
  }
}
