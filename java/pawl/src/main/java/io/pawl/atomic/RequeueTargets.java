package io.pawl.atomic;

import org.jspecify.annotations.Nullable;

/** The words to which threads that began to wait on one word may have been moved. */
final class RequeueTargets {

  /*
   * A thread that has been moved in the operating system keeps only the word where it began to wait. Were the
   * memory of the other leased to somebody else, it would consume wakes that are not its own. So each word
   * keeps its targets, and counts the words that keep it: its sources.
   *
   *   T1  The targets of a word are dropped when no thread waits that began there, and it has no sources,
   *       from where threads may have come to be moved on.
   *   T2  A word keeps MOST targets. To others no thread is moved in the operating system.
   *
   * All but the number of sources is guarded by the monitor of the word's queue. A source counts itself
   * before it moves anybody.
   */
  static final int MOST = 16;

  private final @Nullable AtomicWord[] words = new @Nullable AtomicWord[MOST];
  private int count;

  RequeueTargets() {}

  /** Keeps a word; false if there are too many. */
  boolean keep(AtomicWord target) {
    for (int i = 0; i < count; i++) {
      if (words[i] == target) {
        return true;
      }
    }
    if (count == MOST) {
      return false;
    }
    target.countSources(1);
    words[count] = target;
    count++;
    return true;
  }

  /** Keeps none any more. */
  void drop() {
    while (count > 0) {
      count--;
      AtomicWord target = words[count];
      words[count] = null;
      if (target != null) {
        target.countSources(-1);
      }
    }
  }

  int count() {
    return count;
  }
}
