package io.pawl;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Races that a barrier has to stand. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class CyclicBarrierRaceTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int PARTIES = 3;

  private final AtomicInteger trips = new AtomicInteger();
  private final CyclicBarrier barrier = new CyclicBarrier(PARTIES, trips::incrementAndGet);

  /** How many of each kind the present round has had. */
  private final AtomicInteger passed = new AtomicInteger();

  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger gaveUp = new AtomicInteger();

  CyclicBarrierRaceTest(ThreadKind kind) {
    super(kind);
  }

  @Test
  void roundsNeverMix() {
    int[] arrived = new int[PARTIES];
    int times = 2_000;
    for (int i = 0; i < PARTIES; i++) {
      int mine = i;
      var _ =
          crew.start(() -> {
            for (int n = 1; n <= times; n++) {
              arrived[mine] = n;
              barrier.await();
              for (int other : arrived) {
                assertThat(other).isEqualTo(n);
              }
              barrier.await();
            }
          });
    }
    crew.join();
    assertThat(trips.get()).isEqualTo(2 * times);
  }

  private void pass(Waiting waiting) throws InterruptedException {
    try {
      int index = waiting.await();
      assertThat(index).isBetween(0, PARTIES - 1);
      passed.incrementAndGet();
    } catch (BrokenBarrierException e) {
      broken.incrementAndGet();
    } catch (TimeoutException e) {
      gaveUp.incrementAndGet();
    }
  }

  /** One of the waits. */
  private interface Waiting {
    int await() throws InterruptedException, BrokenBarrierException, TimeoutException;
  }

  /** All have passed, or one has given up and broken the barrier for all others. */
  private void assertAllOrNobody(int round) {
    if (gaveUp.get() == 0) {
      assertThat(passed.get()).as("passed in round %d", round).isEqualTo(PARTIES);
      assertThat(barrier.isBroken()).isFalse();
    } else {
      assertThat(gaveUp.get()).as("gave up in round %d", round).isEqualTo(1);
      assertThat(broken.get()).as("broken in round %d", round).isEqualTo(PARTIES - 1);
      assertThat(barrier.isBroken()).isTrue();
    }
    assertThat(barrier.getNumberWaiting()).isZero();
    barrier.reset();
    passed.set(0);
    broken.set(0);
    gaveUp.set(0);
  }

  @Test
  void timeoutsBreakARoundForAllOrForNobody() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertAllOrNobody,
            _ -> pass(barrier::await),
            _ -> {
              Rounds.dawdle();
              pass(barrier::await);
            },
            _ -> {
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              pass(() -> barrier.await(nanos, NANOSECONDS));
            });
  }

  @Test
  void interruptsBreakARoundForAllOrForNobody() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertAllOrNobody,
            _ -> pass(barrier::await),
            _ -> {
              Rounds.dawdle();
              pass(barrier::await);
            },
            _ -> {
              victim.run(() -> {
                try {
                  pass(barrier::await);
                } catch (InterruptedException e) {
                  gaveUp.incrementAndGet();
                  throw e;
                }
              });
            },
            _ -> victim.interrupt());
  }

  @Test
  void resetsSendAwayAllOrNobody() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(passed.get() + broken.get()).isEqualTo(PARTIES);
              assertThat(passed.get()).isIn(0, PARTIES);
              barrier.reset();
              passed.set(0);
              broken.set(0);
            },
            _ -> passOrSendAway(),
            _ -> passOrSendAway(),
            _ -> passOrSendAway(),
            _ -> {
              Rounds.dawdle();
              barrier.reset();
              Await.until(
                  "nobody waits, or all have gone",
                  () -> {
                    if (passed.get() + broken.get() == PARTIES) {
                      return true;
                    }
                    barrier.reset();
                    return false;
                  });
            });
  }

  private void passOrSendAway() throws InterruptedException {
    Rounds.dawdle();
    pass(barrier::await);
  }
}
