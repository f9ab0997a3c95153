package io.pawl.benchmarks.result;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One quantity of Pawl, measured beside its peers in turns.
 *
 * @param id of the scenario, as P1
 * @param title of the scenario, the same for all rows of an id
 * @param cell which of the scenario's parameters, empty if there is but one
 * @param quantity what the values are, as "throughput" or "p99"
 * @param collector of the JVMs; null where there is none or the default one
 * @param unit of the values, as "ns" or "/ms"
 * @param better which values are
 * @param pawl Pawl's implementation
 * @param peers the others
 * @param targets what is to be reached; none if the row only tells
 * @param bound what no implementation can be better than
 */
public record Row(
    String id,
    String title,
    String cell,
    String quantity,
    @Nullable String collector,
    String unit,
    Better better,
    Measured pawl,
    List<Peer> peers,
    List<Target> targets,
    @Nullable Bound bound) {
  /** Copies the lists and checks that what the targets refer to is there. */
  public Row {
    peers = List.copyOf(peers);
    targets = List.copyOf(targets);
    for (Target target : targets) {
      boolean isKnown =
          switch (target.kind()) {
            case RATIO, DIFFERENCE ->
                peers.stream().anyMatch(peer -> peer.name().equals(target.peer()));
            case OF_BOUND -> bound != null;
            case ABSOLUTE -> true;
          };
      if (!isKnown) {
        throw new IllegalArgumentException(id + " " + cell + " has no peer or bound for " + target);
      }
    }
  }

  /** The worst of the targets' verdicts; empty without a target. */
  public Optional<Verdict> verdict() {
    return Stream.of(Verdict.NOT_MET, Verdict.UNDECIDED, Verdict.MET)
        .filter(verdict -> targets.stream().anyMatch(target -> target.verdict() == verdict))
        .findFirst();
  }

  /** The peer of that name. */
  public Optional<Peer> peer(String name) {
    return peers.stream().filter(peer -> peer.name().equals(name)).findFirst();
  }
}
