package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Crew;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Races of handles: invariants I2 to I5 of the counter. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@Limit(30)
class ArcRaceTest {

  private static final int ROUNDS = 20_000;
  private static final int PARTIES = 3;

  private final Crew crew;
  private final AtomicInteger refusals = new AtomicInteger();
  private Counted counted = new Counted();
  private Arc<Counted> arc = Arc.of(counted);
  private Weak<Counted> weak = arc.downgrade();

  /** Unsynchronized counts of its owners, and how often it has been closed. */
  private static final class Counted implements AutoCloseable {
    private final int[] steps = new int[PARTIES];
    private int sumAtClose;
    private int closes;

    @Override
    public void close() {
      closes++;
      for (int count : steps) {
        sumAtClose += count;
      }
    }
  }

  ArcRaceTest(ThreadKind kind) {
    crew = new Crew(kind);
  }

  private void renew() {
    counted = new Counted();
    arc = Arc.of(counted);
    weak = arc.downgrade();
    refusals.set(0);
  }

  private void useAndClose(Arc<Counted> handle, int party) {
    try (handle) {
      handle.get().steps[party]++;
    }
  }

  @Test
  void oneOfTheOwnersClosesAndSeesWhatAllDid() {
    Arc<?>[] handles = new Arc<?>[PARTIES];
    Rounds.Part[] parts = new Rounds.Part[PARTIES];
    for (int i = 0; i < PARTIES; i++) {
      int party = i;
      handles[i] = arc.retain();
      parts[i] =
          _ -> {
            Rounds.dawdle();
            @SuppressWarnings("unchecked") // an array knows no type arguments
            Arc<Counted> handle = (Arc<Counted>) handles[party];
            useAndClose(handle, party);
          };
    }
    arc.close();
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(counted.closes).isEqualTo(1);
              assertThat(counted.sumAtClose).isEqualTo(PARTIES);
              renew();
              for (int i = 0; i < PARTIES; i++) {
                handles[i] = arc.retain();
              }
              arc.close();
            },
            parts);
  }

  @Test
  void handleThatIsClosedTwiceAtOnceIsClosedOnce() {
    Rounds.Part closer =
        _ -> {
          try {
            arc.close();
          } catch (IllegalStateException e) {
            refusals.incrementAndGet();
          }
        };
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(counted.closes).isEqualTo(1);
              assertThat(refusals.get()).isEqualTo(1);
              renew();
            },
            closer,
            closer);
  }

  @Test
  void upgradeFindsAnOpenValueOrNone() {
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(counted.closes).isEqualTo(1);
              renew();
            },
            _ -> useAndClose(arc, 0),
            _ -> {
              Optional<Arc<Counted>> upgraded = weak.upgrade();
              if (upgraded.isPresent()) {
                assertThat(upgraded.get().get().closes).isZero();
                useAndClose(upgraded.get(), 1);
              }
            });
  }

  @Test
  void uniqueOwnerSeesWhatFormerOwnersDid() {
    Arc<?>[] other = {arc.retain()};
    weak.close();
    int[] found = new int[1];
    int _ =
        Rounds.playBriefly(
            crew,
            ROUNDS,
            _ -> {
              assertThat(found[0]).isNotNegative();
              arc.close();
              renew();
              weak.close();
              other[0] = arc.retain();
            },
            _ -> {
              counted.steps[1] = 1;
              other[0].close();
            },
            _ -> {
              Optional<Counted> unique = arc.getIfUnique();
              found[0] = unique.map(value -> value.steps[1] - 1).orElse(0);
            });
  }
}
