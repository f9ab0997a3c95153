package io.pawl.atomic;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The pair of fences, in races; jcstress looks closer. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class AsymmetricFenceTest extends Kit {

  private static final int ROUNDS = 20_000;

  /** Two variables, far apart. */
  private final AtomicIntegerArray words = new AtomicIntegerArray(64);

  private static final int X = 0;
  private static final int Y = 48;

  private int seenByLight;
  private int seenByHeavy;

  AsymmetricFenceTest(ThreadKind kind) {
    super(kind);
  }

  @Test
  void oneOfTheTwoSeesTheOther() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            round -> assertThat(seenByLight == round || seenByHeavy == round).isTrue(),
            round -> {
              words.setOpaque(X, round);
              AsymmetricFence.light();
              seenByLight = words.getOpaque(Y);
            },
            round -> {
              words.setOpaque(Y, round);
              AsymmetricFence.processWide();
              seenByHeavy = words.getOpaque(X);
            });
  }

  /** A reader that holds on to what a reclaimer has taken away is seen by it, and waited for. */
  @Test
  void readersThatAnnounceThemselvesAreSeen() {
    AtomicIntegerArray freed = new AtomicIntegerArray(2);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              freed.set(0, 0);
              freed.set(1, 0);
            },
            _ -> {
              for (int i = 0; i < 50; i++) {
                words.setOpaque(X, 1);
                AsymmetricFence.light();
                int current = words.getOpaque(Y) & 1;
                assertThat(freed.get(current)).isZero();
                words.setRelease(X, 0);
              }
            },
            _ -> {
              Rounds.dawdle();
              int old = words.get(Y) & 1;
              words.setOpaque(Y, 1 - old);
              AsymmetricFence.processWide();
              while (words.getAcquire(X) != 0) {
                Thread.onSpinWait();
              }
              freed.set(old, 1);
            });
  }
}
