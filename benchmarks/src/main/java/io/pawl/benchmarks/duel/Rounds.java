package io.pawl.benchmarks.duel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** All rounds of a match, by fork: those of one set of processes. */
final class Rounds {
  private final List<Fork> forks = new ArrayList<>();

  /** Adds those of one set of processes. */
  void add(Fork fork) {
    forks.add(fork);
  }

  /** How many sets of processes there were. */
  int forks() {
    return forks.size();
  }

  /** What part of the rounds others have disturbed. */
  double disturbed() {
    return (double) forks.stream().mapToInt(Fork::disturbed).sum() / all().count();
  }

  /** In order. */
  Stream<Map<String, Turn>> all() {
    return forks.stream().flatMap(fork -> fork.rounds().stream());
  }

  /** Whether a side has measured something of that name. */
  boolean has(String name, String value) {
    return all().allMatch(round -> turn(round, name).has(value));
  }

  /** What a side has measured, in order. */
  double[] values(String name, String value) {
    return all().mapToDouble(round -> turn(round, name).get(value)).toArray();
  }

  /** A figure of each round, by fork. */
  double[][] figures(ToDoubleFunction<Map<String, Turn>> figure) {
    return forks.stream()
        .map(fork -> fork.rounds().stream().mapToDouble(figure).toArray())
        .toArray(double[][]::new);
  }

  /** The sum of a side's histograms. */
  Histogram histogram(String name) {
    Histogram sum = new Histogram(3);
    sum.setAutoResize(true);
    all()
        .map(round -> turn(round, name).histogram())
        .forEach(h -> {
          if (h != null) {
            sum.add(h);
          }
        });
    return sum;
  }

  static Turn turn(Map<String, Turn> round, String name) {
    Turn turn = round.get(name);
    if (turn == null) {
      throw new IllegalArgumentException("No " + name + " among " + round.keySet());
    }
    return turn;
  }
}
