package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.cpu.Others;
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

  /** How many CPUs others may use in a round that counts. */
  private static final double QUIET = 0.15;

  private final List<Entry> entries;
  private final Others others;
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
    this.others =
        new Others(
            entries.stream()
                .flatMapToLong(entry -> entry.player().pid().stream())
                .distinct()
                .boxed()
                .toList());
  }

  /** Plays rounds that do not count. */
  void warm(int count) throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      Map<String, Turn> _ = round();
    }
  }

  /** Plays rounds, of which as many are played again as there are to be at the most. */
  Fork rounds(int count) throws IOException, InterruptedException {
    List<Map<String, Turn>> quiet = new ArrayList<>();
    List<Map<String, Turn>> disturbed = new ArrayList<>();
    while (quiet.size() < count && quiet.size() + disturbed.size() < 2 * count) {
      others.restart();
      Map<String, Turn> round = round();
      (others.cpus() <= QUIET ? quiet : disturbed).add(round);
    }
    int missing = count - quiet.size();
    quiet.addAll(disturbed.subList(0, missing));
    return new Fork(quiet, missing);
  }

  /** What each side has measured. */
  private Map<String, Turn> round() throws IOException, InterruptedException {
    Map<String, Turn> turns = new LinkedHashMap<>();
    for (Entry entry : rounds % 2 == 0 ? entries : entries.reversed()) {
      turns.put(entry.name(), entry.player().turn(millis, rounds, entry.task()));
    }
    rounds++;
    return turns;
  }

  @Override
  public void close() {
    for (Entry entry : entries) {
      entry.player().close();
    }
  }
}
