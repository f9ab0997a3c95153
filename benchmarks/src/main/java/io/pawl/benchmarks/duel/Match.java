package io.pawl.benchmarks.duel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Players that work in turns. In a round each has one, in an order that the next round reverses.
 */
final class Match implements AutoCloseable {
  /**
   * One side of a match. Two may have the same player, with different tasks.
   *
   * @param name in the tables
   * @param player who works
   * @param task at what
   */
  record Entry(String name, Player player, String task) {}

  private final List<Entry> entries;
  private final int millis;
  private long rounds;

  /**
   * Constructs a match.
   *
   * @param entries the sides
   * @param millis how long a turn is
   * @param seed of the first round
   */
  Match(List<Entry> entries, int millis, long seed) {
    this.entries = entries;
    this.millis = millis;
    this.rounds = seed;
  }

  /** One round: what each side has measured. */
  Map<String, Turn> round() throws IOException, InterruptedException {
    Map<String, Turn> turns = new LinkedHashMap<>();
    for (Entry entry : rounds % 2 == 0 ? entries : entries.reversed()) {
      turns.put(entry.name(), entry.player().turn(millis, rounds, entry.task()));
    }
    rounds++;
    return turns;
  }

  /** Some rounds. */
  List<Map<String, Turn>> rounds(int count) throws IOException, InterruptedException {
    List<Map<String, Turn>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(round());
    }
    return all;
  }

  @Override
  public void close() {
    for (Entry entry : entries) {
      entry.player().close();
    }
  }
}
