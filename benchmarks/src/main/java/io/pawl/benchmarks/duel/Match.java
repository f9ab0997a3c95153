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

  /** How many CPUs others may use in a round, if nothing else is said. */
  static final double QUIET = 0.15;

  private final List<Entry> entries;
  private final Others others;
  private final double quiet;
  private final int millis;
  private long rounds;

  /**
   * Constructs a match.
   *
   * @param entries the sides
   * @param millis how long a turn is
   * @param seed of the first round
   * @param quiet how many CPUs others may use in a round that is not to be played again
   */
  Match(List<Entry> entries, int millis, long seed, double quiet) {
    this.quiet = quiet;
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

  /** Plays rounds, of which half as many are played again at the most. */
  Fork rounds(int count) throws IOException, InterruptedException {
    List<Map<String, Turn>> undisturbed = new ArrayList<>();
    List<Map<String, Turn>> disturbed = new ArrayList<>();
    while (undisturbed.size() < count && undisturbed.size() + disturbed.size() < count * 3 / 2) {
      others.restart();
      Map<String, Turn> round = round();
      (others.cpus() <= quiet ? undisturbed : disturbed).add(round);
    }
    int missing = count - undisturbed.size();
    undisturbed.addAll(disturbed.subList(0, missing));
    return new Fork(undisturbed, missing);
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
