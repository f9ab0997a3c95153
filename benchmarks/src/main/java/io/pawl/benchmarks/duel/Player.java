package io.pawl.benchmarks.duel;

import java.io.IOException;
import java.util.OptionalLong;

/** One implementation that works when it is told to. */
interface Player extends AutoCloseable {
  /** Waits until this can work at once. */
  void awaitReady() throws IOException, InterruptedException;

  /**
   * Works for a turn.
   *
   * @param millis how long
   * @param seed of whatever is random
   * @param task what, with its numbers
   */
  Turn turn(int millis, long seed, String task) throws IOException, InterruptedException;

  /** The id of its process; empty if each turn has its own. */
  OptionalLong pid();

  @Override
  void close();
}
