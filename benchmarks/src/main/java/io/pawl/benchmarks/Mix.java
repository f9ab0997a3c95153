package io.pawl.benchmarks;

/**
 * What one thread does that reads, and writes once in so many operations. The value that it reads
 * never goes back.
 */
final class Mix implements Loop.Body {
  private final Shared shared;
  private final int period;
  private int untilWrite;
  private long last;
  private long written;

  /**
   * Begins with reads.
   *
   * @param shared what the lock guards
   * @param period one operation of so many is a write
   */
  Mix(Shared shared, int period) {
    this.shared = shared;
    this.period = period;
    this.untilWrite = period;
  }

  @Override
  public void batch() {
    for (int i = 0; i < Loop.BATCH; i++) {
      operation();
    }
  }

  private void operation() {
    if (--untilWrite == 0) {
      untilWrite = period;
      written++;
      shared.add(1);
      return;
    }
    long value = shared.read();
    if (value < last) {
      throw new IllegalStateException(value + " read after " + last);
    }
    last = value;
  }

  /** How many writes there were. */
  long written() {
    return written;
  }
}
