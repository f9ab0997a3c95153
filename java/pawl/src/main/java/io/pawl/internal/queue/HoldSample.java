package io.pawl.internal.queue;

/**
 * Whether a lock is held for short or for long, from the lengths of some of its holds.
 *
 * <p>A look at a lock takes the cache line from its holder. Where holds are short, threads that
 * look all the time hand the lock to and fro for more than the holds cost themselves, and it pays
 * to leave the holder in peace for many of them; where holds are long, each is hindered once
 * whoever looks how often, and it pays to see its end at once.
 */
final class HoldSample {

  /*
   * One in EVERY holds that began after a spin is timed: a clock read in each would be a large part of
   * a short one.
   *
   *   0 <= weight < MOST      holds are long      each timed hold takes the weight one step towards
   *   MOST <= weight          holds are short     0 or 2 * MOST, where it stays
   *
   * Memory order: all plain. A hold begins to be timed by its holder, and ends after the lock has been
   * freed, when the next one may have begun: a sample is lost then, or too short or too long. That, or a
   * stale weight, only changes how often somebody looks. A hold that is handed over is not seen to end;
   * what a later holder ends in its stead counts as a long one.
   */

  /** From here on a hold is long: several times what a hand-over between two processors costs. */
  static final long LONG_NANOS = 200;

  private static final int EVERY = 32;

  static final int MOST = 8;

  private int count;
  private int weight = MOST;

  /** When the hold began that is being timed; 0 if none is. */
  private long since;

  /** Called by a thread that has just acquired the lock alone, after it has spun. */
  void begin() {
    if (++count % EVERY == 0) {
      since = System.nanoTime() | 1;
    }
  }

  /** Called by a thread that has just released the lock. */
  void end() {
    long began = since;
    if (began != 0) {
      since = 0;
      add(System.nanoTime() - began);
    }
  }

  /** Takes the length of a hold into account. */
  void add(long nanos) {
    if (nanos >= LONG_NANOS) {
      weight = Math.max(weight - 1, 0);
    } else {
      weight = Math.min(weight + 1, 2 * MOST);
    }
  }

  /** Whether holds are long. */
  boolean areLong() {
    return weight < MOST;
  }
}
