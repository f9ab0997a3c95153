package io.pawl.benchmarks.duel;

import io.pawl.benchmarks.result.Better;
import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Target;
import io.pawl.benchmarks.result.Verdict;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a row is to reach.
 *
 * @param kind what is compared with the limit
 * @param rivals of whom the best counts; empty for the kinds without a peer
 * @param chosenBy by which quantity the best is; null for the row's own
 * @param limit at most which, or at least which if more is better
 */
record Goal(Target.Kind kind, List<String> rivals, @Nullable Quantity chosenBy, double limit) {
  /** What part of the rounds others may disturb before nothing can be decided. */
  static final double DISTURBED = 0.2;

  /** Pawl / peer. */
  static Goal ratio(String peer, double limit) {
    return new Goal(Target.Kind.RATIO, List.of(peer), null, limit);
  }

  /** Pawl / the best of some. */
  static Goal best(List<String> peers, double limit) {
    return new Goal(Target.Kind.RATIO, peers, null, limit);
  }

  /** Pawl / the one that is best in another quantity. */
  static Goal bestBy(Quantity chosenBy, List<String> peers, double limit) {
    return new Goal(Target.Kind.RATIO, peers, chosenBy, limit);
  }

  /** Pawl - peer, in the row's unit. */
  static Goal difference(String peer, double limit) {
    return new Goal(Target.Kind.DIFFERENCE, List.of(peer), null, limit);
  }

  /** Pawl / bound. */
  static Goal ofBound(double limit) {
    return new Goal(Target.Kind.OF_BOUND, List.of(), null, limit);
  }

  /** Pawl's own value. */
  static Goal own(double limit) {
    return new Goal(Target.Kind.ABSOLUTE, List.of(), null, limit);
  }

  /** How far this is reached. */
  Target reached(Rounds rounds, Spec spec) {
    Quantity quantity = spec.quantity();
    Quantity choice = chosenBy == null ? quantity : chosenBy;
    String peer =
        rivals.stream()
            .min(Comparator.comparingDouble(rival -> badness(rounds, choice, rival)))
            .orElse(null);
    Interval reached =
        Statistics.interval(
            rounds.figures(round -> {
              double pawl = Rounds.turn(round, spec.pawl()).get(quantity.value());
              double other = peer == null ? 0 : Rounds.turn(round, peer).get(quantity.value());
              return switch (kind) {
                case RATIO -> pawl / other;
                case DIFFERENCE -> (pawl - other) * quantity.scale();
                case ABSOLUTE -> pawl * quantity.scale();
                case OF_BOUND -> pawl * quantity.scale() / spec.boundOrFail().value();
              };
            }));
    Verdict verdict =
        rounds.disturbed() > DISTURBED
            ? Verdict.UNDECIDED
            : verdict(reached, quantity.better(), spec.guard());
    return new Target(kind, peer, limit, reached, verdict);
  }

  private static double badness(Rounds rounds, Quantity quantity, String name) {
    double median = Statistics.median(rounds.values(name, quantity.value()));
    return quantity.better() == Better.LESS ? median : -median;
  }

  /**
   * The verdict, for which the interval must be clear of the limit: other processes, at another
   * time, are a little faster or slower than those that were measured.
   */
  private Verdict verdict(Interval reached, Better better, double guard) {
    double margin = Math.abs(limit) * guard;
    Interval wide =
        new Interval(
            reached.median(), reached.low() - margin, reached.high() + margin, reached.pairs());
    return Verdict.of(wide, limit, better);
  }
}
