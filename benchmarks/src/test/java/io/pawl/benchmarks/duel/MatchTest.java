package io.pawl.benchmarks.duel;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.benchmarks.duel.Spec.Scenario;
import io.pawl.benchmarks.result.Bound;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Target;
import io.pawl.benchmarks.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MatchTest {
  private static final Goal GOAL = Goal.ratio("ReentrantLock", 0.55);

  private final List<String> log = new ArrayList<>();

  /** A player whose values are known. */
  private final class Known implements Player {
    private final String name;
    private final double value;

    Known(String name, double value) {
      this.name = name;
      this.value = value;
    }

    @Override
    public void awaitReady() {}

    @Override
    public OptionalLong pid() {
      return OptionalLong.empty();
    }

    @Override
    public Turn turn(int millis, long seed, String task) {
      log.add(name + " " + millis + " " + seed + " " + task);
      return new Turn(Map.of("ns", value, "rate", value), null);
    }

    @Override
    public void close() {
      log.add(name + " closed");
    }
  }

  private Match match(double pawl, double peer, double other) {
    return new Match(
        List.of(
            new Match.Entry("Mutex", new Known("a", pawl), "lock"),
            new Match.Entry("ReentrantLock", new Known("b", peer), "lock"),
            new Match.Entry("synchronized", new Known("c", other), "lock")),
        5,
        6,
        Match.QUIET);
  }

  private Row row(double pawl, double peer, double other, Quantity quantity, Goal goal)
      throws Exception {
    Rounds rounds = new Rounds();
    try (Match match = match(pawl, peer, other)) {
      rounds.add(new Fork(match.rounds(3).rounds(), 0)); // others may well use the CPUs
    }
    return new Scenario("P1", "lock")
        .row("", quantity, "Mutex", List.of("ReentrantLock", "synchronized"), goal)
        .with(new Bound(100, "work"))
        .row(rounds);
  }

  private static Verdict verdict(Row row) {
    return row.targets().getFirst().verdict();
  }

  @Test
  void eachRoundReversesTheOrderAndHasOneSeed() throws Exception {
    try (Match match = match(1, 2, 3)) {
      match.warm(2);
    }
    assertThat(log)
        .containsExactly(
            "a 5 6 lock",
            "b 5 6 lock",
            "c 5 6 lock",
            "c 5 7 lock",
            "b 5 7 lock",
            "a 5 7 lock",
            "a closed",
            "b closed",
            "c closed");
  }

  @Test
  void nothingIsDecidedIfOthersHaveDisturbedManyRounds() throws Exception {
    Rounds rounds = new Rounds();
    try (Match match = match(5, 10, 20)) {
      rounds.add(new Fork(match.rounds(4).rounds(), 1));
    }
    Row row =
        new Scenario("P1", "lock")
            .row("", Quantity.TIME, "Mutex", List.of("ReentrantLock"), GOAL)
            .row(rounds);
    assertThat(verdict(row)).isEqualTo(Verdict.UNDECIDED);
    rounds.add(new Fork(rounds.all().toList(), 0));
    assertThat(rounds.disturbed()).isEqualTo(0.125);
  }

  @Test
  void ratioIsPawlByPeer() throws Exception {
    Row row = row(5, 10, 20, Quantity.TIME, GOAL);
    assertThat(row.peers().getFirst().ratio().median()).isEqualTo(0.5);
    assertThat(row.peers().getLast().ratio().median()).isEqualTo(0.25);
    assertThat(verdict(row)).isEqualTo(Verdict.MET);
  }

  @Test
  void intervalTooNearToTheLimitDecidesNothing() throws Exception {
    Goal goal = Goal.ratio("ReentrantLock", 0.51);
    assertThat(verdict(row(5, 10, 20, Quantity.TIME, goal))).isEqualTo(Verdict.UNDECIDED);
    assertThat(verdict(row(5.4, 10, 20, Quantity.TIME, goal))).isEqualTo(Verdict.NOT_MET);
  }

  @Test
  void bestPeerIsTheFastestForTimesAndTheBusiestForThroughputs() throws Exception {
    Goal goal = Goal.best(List.of("ReentrantLock", "synchronized"), 1);
    assertThat(row(5, 10, 20, Quantity.TIME, goal).targets().getFirst().peer())
        .isEqualTo("ReentrantLock");
    assertThat(row(5, 10, 20, Quantity.RATE, goal).targets().getFirst().peer())
        .isEqualTo("synchronized");
  }

  @Test
  void bestPeerCanBeChosenByAnotherQuantity() throws Exception {
    Goal goal = Goal.bestBy(Quantity.TIME, List.of("ReentrantLock", "synchronized"), 1);
    assertThat(row(5, 10, 20, Quantity.RATE, goal).targets().getFirst().peer())
        .isEqualTo("ReentrantLock");
  }

  @Test
  void otherKindsOfTargetsCompareWhatTheyAreNamedAfter() throws Exception {
    Target ofBound = row(95, 1, 1, Quantity.RATE, Goal.ofBound(0.9)).targets().getFirst();
    assertThat(ofBound.reached().median()).isEqualTo(0.95);
    assertThat(ofBound.verdict()).isEqualTo(Verdict.MET);
    Target difference =
        row(7e6, 4e6, 1, Quantity.MILLIS, Goal.difference("ReentrantLock", 2)).targets().getFirst();
    assertThat(difference.reached().median()).isEqualTo(3);
    assertThat(difference.verdict()).isEqualTo(Verdict.NOT_MET);
    Target own = row(95, 1, 1, Quantity.RATE, Goal.own(50)).targets().getFirst();
    assertThat(own.reached().median()).isEqualTo(95);
  }
}
