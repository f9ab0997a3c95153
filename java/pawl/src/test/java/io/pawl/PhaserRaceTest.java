package io.pawl;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Races that a phaser has to stand. No traffic after a race makes up for a wake lost in it. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class PhaserRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final AtomicInteger advances = new AtomicInteger();

  /** Does not terminate by itself. */
  private final Phaser root =
      new Phaser() {
        @Override
        protected boolean onAdvance(int phase, int registeredParties) {
          advances.getAndIncrement();
          return false;
        }
      };

  /** The phaser of one round. */
  private volatile Phaser current = new Phaser(3);

  PhaserRaceTest(ThreadKind kind) {
    super(kind);
  }

  private static void arriveAndAwait(Phaser phaser, int round) {
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(round + 1);
  }

  @Test
  void wakesAreNotLostWhenWaitersRaceTheLastArrival() {
    assertThat(root.bulkRegister(2)).isZero();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            round -> assertThat(root.getPhase()).isEqualTo(round + 1),
            round -> arriveAndAwait(root, round),
            round -> {
              Rounds.dawdle();
              assertThat(root.arrive()).isEqualTo(round);
            },
            round -> assertThat(root.awaitAdvance(round)).isEqualTo(round + 1),
            round -> {
              Rounds.dawdle();
              assertThat(root.awaitAdvance(round)).isEqualTo(round + 1);
            });
    assertThat(advances.get()).isEqualTo(rounds);
  }

  @Test
  void wakesAreNotLostWhenTimeoutsAndInterruptsRaceTheAdvance() {
    assertThat(root.bulkRegister(2)).isZero();
    Victim victim = new Victim();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            round -> assertThat(root.getPhase()).isEqualTo(round + 1),
            round -> arriveAndAwait(root, round),
            round -> {
              Rounds.dawdle();
              assertThat(root.arrive()).isEqualTo(round);
            },
            round -> {
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              try {
                int phase = root.awaitAdvanceInterruptibly(round, nanos, NANOSECONDS);
                assertThat(phase).isEqualTo(round + 1);
              } catch (TimeoutException e) {
                assertThat(root.getPhase()).isBetween(round, round + 1);
              }
            },
            round -> {
              victim.run(() -> {
                assertThat(root.awaitAdvanceInterruptibly(round)).isEqualTo(round + 1);
              });
            },
            _ -> victim.interrupt());
    assertThat(advances.get()).isEqualTo(rounds);
  }

  @Test
  void registrationsRacingTheAdvanceCountInOnePhaseOrTheNext() {
    assertThat(root.register()).isZero();
    Rounds.Part passBy =
        round -> {
          int phase = root.register();
          assertThat(phase).isBetween(round, round + 1);
          assertThat(root.getPhase()).isEqualTo(phase);
          assertThat(root.arriveAndDeregister()).isEqualTo(phase);
          assertThat(root.awaitAdvance(round)).isEqualTo(round + 1);
        };
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            round -> {
              assertThat(root.getPhase()).isEqualTo(round + 1);
              assertThat(root.getRegisteredParties()).isEqualTo(1);
              assertThat(root.getUnarrivedParties()).isEqualTo(1);
            },
            round -> arriveAndAwait(root, round),
            passBy,
            passBy);
    assertThat(advances.get()).isEqualTo(rounds);
  }

  @Test
  void firstAndLastPartiesOfAChildLeaveOneOrNoPartyAtTheParent() {
    assertThat(root.register()).isZero();
    Phaser middle = new Phaser(root);
    Phaser leaf = new Phaser(middle);
    Rounds.Part comeAndGo = _ -> comeAndGo(leaf);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(leaf.getRegisteredParties()).isZero();
              assertThat(middle.getRegisteredParties()).isZero();
              assertThat(root.getRegisteredParties()).isEqualTo(1);
              assertThat(root.getUnarrivedParties()).isEqualTo(1);
            },
            comeAndGo,
            comeAndGo,
            comeAndGo,
            _ -> comeAndGo(middle));
    assertThat(advances.get()).isZero();
  }

  /** Often enough that the first party of one thread meets the first party of another. */
  private static void comeAndGo(Phaser child) {
    for (int i = 0; i < 50; i++) {
      assertThat(child.register()).isZero();
      assertThat(child.getRegisteredParties()).isPositive();
      assertThat(child.arriveAndDeregister()).isZero();
    }
  }

  @Test
  void childrenThatEmptyAndFillKeepInPhase() {
    assertThat(root.register()).isZero();
    Phaser child = new Phaser(root);
    Rounds.Part pass =
        round -> {
          int phase = child.register();
          assertThat(phase).isBetween(round, round + 1);
          assertThat(child.arriveAndDeregister()).isEqualTo(phase);
        };
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            round -> {
              assertThat(child.getRegisteredParties()).isZero();
              assertThat(root.getRegisteredParties()).isEqualTo(1);
              assertThat(root.getUnarrivedParties()).isEqualTo(1);
              assertThat(root.getPhase()).isEqualTo(round + 1);
            },
            round -> assertThat(root.arrive()).isEqualTo(round),
            pass,
            pass);
    assertThat(advances.get()).isEqualTo(rounds);
  }

  @Test
  void terminationRacingWaitsAndRegistrationsEndsThemAll() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(current.isTerminated()).isTrue();
              current = new Phaser(3);
            },
            _ -> assertThat(current.arriveAndAwaitAdvance()).isEqualTo(Integer.MIN_VALUE),
            _ -> {
              Rounds.dawdle();
              current.forceTermination();
            },
            _ -> {
              Phaser child = new Phaser(current);
              int phase = child.register();
              assertThat(phase).isIn(0, Integer.MIN_VALUE);
              assertThat(child.arriveAndAwaitAdvance()).isEqualTo(Integer.MIN_VALUE);
            },
            _ -> assertThat(current.awaitAdvance(0)).isEqualTo(Integer.MIN_VALUE));
  }
}
