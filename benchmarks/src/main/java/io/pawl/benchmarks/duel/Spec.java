package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.result.Bound;
import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Measured;
import io.pawl.benchmarks.result.Peer;
import io.pawl.benchmarks.result.Row;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row that is to come of a match.
 *
 * @param scenario what it belongs to
 * @param cell which of the scenario's parameters
 * @param quantity what it is about
 * @param pawl Pawl's side
 * @param peers the other sides
 * @param goals what is to be reached
 * @param bound what no implementation can be better than
 * @param guard how far an interval must be from a limit, as a part of the limit
 */
record Spec(
    Scenario scenario,
    String cell,
    Quantity quantity,
    String pawl,
    List<String> peers,
    List<Goal> goals,
    @Nullable Bound bound,
    double guard) {

  /**
   * What rows share.
   *
   * @param id as P1
   * @param title what is measured
   * @param collector of the JVMs; null for the default one
   */
  record Scenario(String id, String title, @Nullable String collector) {
    Scenario(String id, String title) {
      this(id, title, null);
    }

    Spec row(String cell, Quantity quantity, String pawl, List<String> peers, Goal... goals) {
      return new Spec(this, cell, quantity, pawl, peers, List.of(goals), null, 0.04);
    }
  }

  Spec with(Bound limit) {
    return new Spec(scenario, cell, quantity, pawl, peers, goals, limit, guard);
  }

  Spec guarded(double margin) {
    return new Spec(scenario, cell, quantity, pawl, peers, goals, bound, margin);
  }

  Bound boundOrFail() {
    if (bound == null) {
      throw new IllegalStateException(scenario.id() + " has no bound");
    }
    return bound;
  }

  /** The row of what has been measured. */
  Row row(Rounds rounds) {
    return new Row(
        scenario.id(),
        scenario.title(),
        cell,
        quantity.name(),
        scenario.collector(),
        quantity.unit(),
        quantity.better(),
        measured(rounds, pawl),
        peers.stream().map(peer -> peer(rounds, peer)).toList(),
        goals.stream().map(goal -> goal.reached(rounds, this)).toList(),
        bound);
  }

  private Peer peer(Rounds rounds, String name) {
    Interval ratio =
        Statistics.interval(
            rounds.figures(round ->
                Rounds.turn(round, pawl).get(quantity.value())
                    / Rounds.turn(round, name).get(quantity.value())));
    return new Peer(measured(rounds, name), ratio);
  }

  private Measured measured(Rounds rounds, String name) {
    double[] samples = rounds.values(name, quantity.value());
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= quantity.scale();
    }
    return new Measured(
        name,
        Statistics.median(samples),
        Arrays.stream(samples).boxed().toList(),
        cost(rounds, name, "cpuNanos"),
        cost(rounds, name, "cpus"),
        cost(rounds, name, "fairness"));
  }

  /** What stands beside times and throughputs. */
  private @Nullable Double cost(Rounds rounds, String name, String value) {
    boolean isAsked = quantity.value().equals("ns") || quantity.value().equals("rate");
    return isAsked && rounds.has(name, value)
        ? Statistics.median(rounds.values(name, value))
        : null;
  }
}
