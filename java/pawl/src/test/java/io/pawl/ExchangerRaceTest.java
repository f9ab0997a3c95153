package io.pawl;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Races that an exchanger has to stand: each swap is one of two threads, whoever gives up. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class ExchangerRaceTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int GAVE_UP = -1;

  private final Exchanger<Integer> exchanger = new Exchanger<>();

  /** What each player got in the present round; itself if it did not take part. */
  private final int[] got = new int[4];

  ExchangerRaceTest(ThreadKind kind) {
    super(kind);
    reset();
  }

  private void reset() {
    for (int i = 0; i < got.length; i++) {
      got[i] = i;
    }
  }

  /** Whoever got something is who gave something to the one it got it from. */
  private void assertSwapsAreMutual() {
    for (int i = 0; i < got.length; i++) {
      if (got[i] != GAVE_UP) {
        assertThat(got[got[i]]).as("of %s, what %s got", Arrays.toString(got), i).isEqualTo(i);
      }
    }
    reset();
  }

  private void swap(int player) throws InterruptedException {
    got[player] = exchanger.exchange(player);
    assertThat(got[player]).isNotEqualTo(player);
  }

  private void swapWithin(int player, long nanos) throws InterruptedException {
    try {
      got[player] = exchanger.exchange(player, nanos, NANOSECONDS);
      assertThat(got[player]).isNotEqualTo(player);
    } catch (TimeoutException e) {
      got[player] = GAVE_UP;
    }
  }

  private static long briefly() {
    return ThreadLocalRandom.current().nextInt(60_000);
  }

  @Test
  void fourThreadsMeetInPairs() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(got).doesNotContain(GAVE_UP);
              assertSwapsAreMutual();
            },
            _ -> swap(0),
            _ -> swap(1),
            _ -> {
              Rounds.dawdle();
              swap(2);
            },
            _ -> swap(3));
  }

  @Test
  void timeoutsNeitherLoseNorDoubleAnObject() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertSwapsAreMutual(),
            _ -> swapWithin(0, briefly()),
            _ -> swapWithin(1, briefly()),
            _ -> swapWithin(2, briefly()),
            _ -> {
              Rounds.dawdle();
              swapWithin(3, 0);
            });
  }

  @Test
  void interruptsNeitherLoseNorDoubleAnObject() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertSwapsAreMutual(),
            _ -> {
              victim.run(() -> {
                try {
                  swap(0);
                } catch (InterruptedException e) {
                  got[0] = GAVE_UP;
                  throw e;
                }
              });
            },
            _ -> swapWithin(1, briefly()),
            _ -> victim.interrupt());
  }
}
