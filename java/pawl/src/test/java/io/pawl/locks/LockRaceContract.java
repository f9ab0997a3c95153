package io.pawl.locks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/**
 * Races that an exclusive lock has to stand. Nobody touches the lock after the race of a round, so
 * a lost wake leaves a thread asleep.
 */
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
abstract class LockRaceContract extends Kit {

  private static final int ROUNDS = 20_000;

  private final Exclusive exclusive;
  private final Lock lock;

  /** Guarded by the lock. */
  private int inside;

  /** Guarded by the lock. */
  private int entries;

  LockRaceContract(ThreadKind kind, Exclusive exclusive) {
    super(kind);
    this.exclusive = exclusive;
    this.lock = exclusive.lock();
  }

  /** Runs with the lock held. */
  private void enter() {
    inside++;
    assertThat(inside).isEqualTo(1);
    entries++;
    inside--;
  }

  private void lockEnterUnlock() {
    lock.lock();
    enter();
    lock.unlock();
  }

  private void assertFree(int round) {
    assertThat(exclusive.isLocked().getAsBoolean()).as("locked after round %d", round).isFalse();
    assertThat(exclusive.queued().getAsInt()).as("queued after round %d", round).isZero();
  }

  @Test
  void onlyOneThreadHoldsTheLock() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> lockEnterUnlock(),
            _ -> {
              lock.lockInterruptibly();
              enter();
              lock.unlock();
            },
            _ -> {
              assertThat(lock.tryLock(1, java.util.concurrent.TimeUnit.HOURS)).isTrue();
              enter();
              lock.unlock();
            },
            _ -> {
              for (int i = 0; i < 10; i++) {
                lockEnterUnlock();
              }
            });
    assertThat(entries).isEqualTo(13 * rounds);
  }

  @Test
  void wakesAreNotLostWhenTimeoutsRaceUnlock() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              lock.lock();
              Rounds.dawdle();
              enter();
              lock.unlock();
            },
            _ -> tryFor(ThreadLocalRandom.current().nextInt(60_000)),
            _ -> lockEnterUnlock(),
            _ -> tryFor(ThreadLocalRandom.current().nextInt(60_000)));
    assertThat(entries).isGreaterThanOrEqualTo(2 * rounds);
  }

  private void tryFor(long nanos) throws InterruptedException {
    if (lock.tryLock(nanos, NANOSECONDS)) {
      enter();
      lock.unlock();
    }
  }

  @Test
  void nothingIsLostWhenInterruptsRaceUnlock() {
    Victim victim = new Victim();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              lock.lock();
              Rounds.dawdle();
              enter();
              lock.unlock();
            },
            _ -> {
              victim.run(() -> {
                try {
                  lock.lockInterruptibly();
                  enter();
                  lock.unlock();
                } catch (InterruptedException e) {
                  assertThat(exclusive.isHeldByCurrentThread().getAsBoolean()).isFalse();
                  throw e;
                }
              });
            },
            _ -> lockEnterUnlock(),
            _ -> victim.interrupt());
    assertThat(entries).isGreaterThanOrEqualTo(2 * rounds);
  }

  @Test
  void uninterruptibleWaitersKeepEveryInterrupt() {
    Victim victim = new Victim();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            this::assertFree,
            _ -> {
              lock.lock();
              Rounds.dawdle();
              enter();
              lock.unlock();
            },
            _ -> {
              victim.begin();
              lockEnterUnlock();
              assertThat(victim.end()).isTrue();
            },
            _ -> victim.interrupt());
    assertThat(entries).isEqualTo(2 * rounds);
  }
}
