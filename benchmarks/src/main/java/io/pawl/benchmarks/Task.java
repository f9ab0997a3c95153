package io.pawl.benchmarks;

/** What a {@link Worker} measures, a turn at a time. The object worked on stays the same. */
@FunctionalInterface
interface Task {
  /**
   * Works for a turn and checks what has been done in it.
   *
   * @param millis how long, roughly
   * @param seed of whatever is random
   */
  Reading turn(int millis, long seed) throws Exception;
}
