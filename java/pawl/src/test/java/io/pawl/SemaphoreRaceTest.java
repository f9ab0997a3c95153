package io.pawl;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Races that a semaphore has to stand. Nobody touches it after the race of a round, so a lost wake
 * leaves a thread asleep, and a lost permit shows in the count.
 */
@ParameterizedClass
@MethodSource("io.pawl.testing.Kit#kindsAndFairness")
class SemaphoreRaceTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int PERMITS = 3;

  private final Semaphore semaphore;
  private final AtomicInteger taken = new AtomicInteger();

  SemaphoreRaceTest(ThreadKind kind, boolean fair) {
    super(kind);
    semaphore = new Semaphore(PERMITS, fair);
  }

  private void assertComplete(int round) {
    assertThat(semaphore.availablePermits()).as("permits after round %d", round).isEqualTo(PERMITS);
    assertThat(semaphore.getQueueLength()).as("queue after round %d", round).isZero();
  }

  /** Uses permits that have been acquired, and gives them back. */
  private void use(int permits) {
    assertThat(taken.addAndGet(permits)).isLessThanOrEqualTo(PERMITS);
    taken.addAndGet(-permits);
    semaphore.release(permits);
  }

  private void acquireAndUse(int permits) {
    semaphore.acquireUninterruptibly(permits);
    use(permits);
  }

  private void tryForAndUse(int permits) throws InterruptedException {
    if (semaphore.tryAcquire(permits, ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
      use(permits);
    }
  }

  /** Acquires, to be interrupted at some time by {@link Victim#interrupt}. */
  private void acquireAsVictim(Victim victim, int permits) throws Exception {
    victim.run(() -> {
      semaphore.acquire(permits);
      use(permits);
    });
  }

  @Test
  void permitsAreNotLostWhenAsksAreMixed() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertComplete,
            _ -> acquireAndUse(3),
            _ -> {
              acquireAndUse(1);
              acquireAndUse(2);
            },
            _ -> acquireAndUse(2),
            _ -> {
              for (int i = 0; i < 5; i++) {
                acquireAndUse(1);
              }
            },
            _ -> acquireAndUse(0));
  }

  @Test
  void permitsAreNotLostWhenTimeoutsRaceReleases() {
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertComplete,
            _ -> {
              semaphore.acquireUninterruptibly(2);
              Rounds.dawdle();
              use(2);
            },
            _ -> tryForAndUse(3),
            _ -> acquireAndUse(1),
            _ -> tryForAndUse(2),
            _ -> acquireAndUse(2));
  }

  @Test
  void permitsAreNotLostWhenInterruptsRaceReleases() {
    Victim first = new Victim();
    Victim second = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertComplete,
            _ -> {
              semaphore.acquireUninterruptibly(3);
              Rounds.dawdle();
              use(3);
            },
            _ -> acquireAsVictim(first, 3),
            _ -> acquireAndUse(1),
            _ -> acquireAsVictim(second, 1),
            _ -> acquireAndUse(2),
            _ -> first.interrupt(),
            _ -> second.interrupt());
  }

  @Test
  void everyReleasedPermitReachesAWaiter() {
    int _ = semaphore.drainPermits();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            round -> assertThat(semaphore.availablePermits()).as("after %d", round).isZero(),
            _ -> {
              Rounds.dawdle();
              semaphore.release(2);
            },
            _ -> {
              Rounds.dawdle();
              semaphore.release(1);
              semaphore.release(1);
            },
            _ -> semaphore.acquireUninterruptibly(2),
            _ -> semaphore.acquireUninterruptibly(),
            _ -> semaphore.acquireUninterruptibly());
  }

  @Test
  void waiterIsServedWhenTheOneBeforeItGivesUp() {
    int _ = semaphore.drainPermits();
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            round -> assertThat(semaphore.availablePermits()).as("after %d", round).isZero(),
            _ -> {
              victim.begin();
              try {
                semaphore.acquire(2);
                throw new AssertionError("There was one permit only");
              } catch (InterruptedException e) {
                assertThat(victim.end()).isFalse();
              }
            },
            _ -> {
              Rounds.dawdle();
              semaphore.acquireUninterruptibly();
            },
            _ -> {
              Rounds.dawdle();
              semaphore.release();
            },
            _ -> victim.interrupt());
  }

  @Test
  void interruptsAreKeptByThoseThatIgnoreThem() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertComplete,
            _ -> {
              semaphore.acquireUninterruptibly(3);
              Rounds.dawdle();
              use(3);
            },
            _ -> {
              victim.begin();
              acquireAndUse(2);
              assertThat(victim.end()).isTrue();
            },
            _ -> victim.interrupt());
  }
}
