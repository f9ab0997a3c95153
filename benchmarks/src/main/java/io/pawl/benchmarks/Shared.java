package io.pawl.benchmarks;

/** A value behind a read-write lock: what the benchmarks see of an implementation. */
abstract class Shared {
  private long value;

  /** Reads the value with the read lock held. */
  abstract long read();

  /** Adds to the value with the write lock held. */
  abstract void add(long delta);

  /** The critical section of a reader. */
  final long value() {
    return value;
  }

  /** The critical section of a writer. */
  final void addHeld(long delta) {
    value += delta;
  }
}
