package io.pawl.benchmarks.duel;

/**
 * What threads do that want one lock.
 *
 * @param threads how many
 * @param section steps under the lock
 * @param outside steps between two sections
 */
record Load(int threads, int section, int outside) {
  /** Threads, section and outside, as the rows name it. */
  String cell() {
    return threads + ":" + section + ":" + outside;
  }

  /** As the words of a command. */
  String words() {
    return threads + " " + section + " " + outside;
  }
}
