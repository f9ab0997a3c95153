package io.pawl;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Races that a once has to stand; each round has one of its own. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class OnceRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private volatile Once once = new Once();

  /** Written by initializers without further synchronization. */
  private int effect;

  private final AtomicInteger successes = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  OnceRaceTest(ThreadKind kind) {
    super(kind);
  }

  private void assertOneSuccess(int round) {
    assertThat(once.isCompleted()).as("completed in round %d", round).isTrue();
    assertThat(successes.get()).as("successes in round %d", round).isEqualTo(1);
    once = new Once();
    successes.set(0);
    failures.set(0);
    effect = 0;
  }

  private void succeed(int round) {
    successes.incrementAndGet();
    Rounds.dawdle();
    effect = round + 1;
  }

  private void failOrSucceed(int round) {
    effect = -1;
    if (ThreadLocalRandom.current().nextInt(3) > 0) {
      throw new ArithmeticException("for the test");
    }
    succeed(round);
  }

  private void assertSeen(int round) {
    assertThat(effect).isEqualTo(round + 1);
  }

  @Test
  void exactlyOneInitializerRunsAndAllSeeItsEffects() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertOneSuccess,
            round -> {
              once.run(() -> succeed(round));
              assertSeen(round);
            },
            round -> {
              Rounds.dawdle();
              once.runForced(_ -> succeed(round));
              assertSeen(round);
            },
            round -> {
              once.await();
              assertSeen(round);
            },
            round -> {
              Await.until("completion", () -> once.isCompleted());
              assertSeen(round);
            });
  }

  @Test
  void forcedInitializersGoOnUntilOneSucceeds() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertOneSuccess,
            this::forceUntilItSucceeds,
            this::forceUntilItSucceeds,
            round -> {
              Rounds.dawdle();
              forceUntilItSucceeds(round);
            },
            round -> {
              once.awaitForced();
              assertSeen(round);
            },
            round -> {
              try {
                once.await();
                assertSeen(round);
              } catch (IllegalStateException e) {
                assertThat(failures.get()).isPositive();
                assertThat(e).hasCauseInstanceOf(ArithmeticException.class);
              }
            });
  }

  private void forceUntilItSucceeds(int round) {
    Once mine = once;
    while (true) {
      try {
        mine.runForced(state -> {
          assertThat(state.isPoisoned()).isEqualTo(failures.getAndIncrement() > 0);
          failOrSucceed(round);
        });
        assertSeen(round);
        return;
      } catch (ArithmeticException e) {
        assertThat(mine.toString()).doesNotContain("New");
      }
    }
  }

  @Test
  void nobodySleepsOnWhenOthersGiveUp() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertOneSuccess,
            round -> {
              Rounds.dawdle();
              once.run(() -> succeed(round));
            },
            round -> {
              if (once.await(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                assertSeen(round);
              }
            },
            round -> {
              victim.run(() -> {
                once.awaitForced();
                assertSeen(round);
              });
            },
            round -> {
              once.awaitUninterruptibly();
              assertSeen(round);
            },
            _ -> victim.interrupt());
  }
}
