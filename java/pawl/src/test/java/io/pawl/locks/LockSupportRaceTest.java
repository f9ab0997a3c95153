package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Parks and unparks that race. A lost unpark leaves a thread asleep. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class LockSupportRaceTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final AtomicReference<@Nullable Thread> first = new AtomicReference<>();
  private final AtomicReference<@Nullable Thread> second = new AtomicReference<>();
  private volatile int turn;

  /** Not volatile: the permits alone order the accesses. */
  private int data;

  LockSupportRaceTest(ThreadKind kind) {
    super(kind);
  }

  private static Thread shown(AtomicReference<@Nullable Thread> where) {
    Await.until("the other thread", () -> where.get() != null);
    Thread thread = where.get();
    if (thread == null) {
      throw new AssertionError();
    }
    return thread;
  }

  @Test
  void noUnparkIsLostInAPingPong() {
    Worker _ = crew.start(() -> playPingPong(first, second, 0));
    Worker _ = crew.start(() -> playPingPong(second, first, 1));
    crew.join();
    assertThat(turn).isEqualTo(2 * ROUNDS);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by turns
  private void playPingPong(
      AtomicReference<@Nullable Thread> own, AtomicReference<@Nullable Thread> others, int parity) {
    own.set(Thread.currentThread());
    Thread other = shown(others);
    for (int i = 0; i < ROUNDS; i++) {
      while (turn % 2 != parity) {
        LockSupport.park(this);
      }
      turn++;
      LockSupport.unpark(other);
    }
  }

  @Test
  void permitIsNotLostWhereverTheUnparkMeetsThePark() {
    AtomicReference<@Nullable Thread> parking = new AtomicReference<>();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> parking.set(null),
            round -> {
              parking.set(Thread.currentThread());
              while (data <= round) {
                LockSupport.park(this);
              }
            },
            round -> {
              Thread thread = shown(parking);
              Rounds.dawdle();
              data = round + 1;
              LockSupport.unpark(thread);
            });
  }

  @Test
  void permitIsNotLostWhenTwoThreadsGiveIt() {
    AtomicReference<@Nullable Thread> parking = new AtomicReference<>();
    int[] given = new int[2];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> parking.set(null),
            round -> {
              parking.set(Thread.currentThread());
              while (given[0] <= round || given[1] <= round) {
                LockSupport.park(this);
              }
            },
            round -> giveOne(parking, given, 0, round),
            round -> giveOne(parking, given, 1, round));
  }

  private static void giveOne(
      AtomicReference<@Nullable Thread> parking, int[] given, int index, int round) {
    Thread thread = shown(parking);
    Rounds.dawdle();
    given[index] = round + 1;
    LockSupport.unpark(thread);
  }

  @Test
  void permitIsNotLostWhenTimeoutsRaceIt() {
    AtomicReference<@Nullable Thread> parking = new AtomicReference<>();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> parking.set(null),
            round -> {
              parking.set(Thread.currentThread());
              for (int i = 0; i < 2 && data <= round; i++) {
                LockSupport.parkNanos(this, ThreadLocalRandom.current().nextInt(1, 60_000));
              }
              while (data <= round) {
                LockSupport.park(this);
              }
            },
            round -> {
              Thread thread = shown(parking);
              Rounds.dawdle();
              data = round + 1;
              LockSupport.unpark(thread);
            });
  }

  @Test
  void neitherIsLostWhenAnInterruptRacesThePermit() {
    AtomicReference<@Nullable Thread> parking = new AtomicReference<>();
    AtomicReference<@Nullable Thread> victim = new AtomicReference<>();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              parking.set(null);
              victim.set(null);
            },
            round -> {
              victim.set(Thread.currentThread());
              parking.set(Thread.currentThread());
              boolean interrupted = false;
              while (data <= round || !interrupted) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
              }
            },
            round -> {
              Thread thread = shown(parking);
              Rounds.dawdle();
              data = round + 1;
              LockSupport.unpark(thread);
            },
            _ -> {
              Thread thread = shown(victim);
              Rounds.dawdle();
              thread.interrupt();
            });
  }

  @Test
  void permitIsNotLostWhenTheFirstUnparkRacesTheFirstPark() {
    for (int i = 1; i <= 1_000; i++) {
      int awaited = i;
      Worker worker =
          crew.start(() -> {
            while (turn < awaited) {
              LockSupport.park(this);
            }
          });
      Rounds.dawdle();
      turn = i;
      LockSupport.unpark(worker.thread());
      if (i % 100 == 0) {
        crew.join();
      }
    }
    crew.join();
  }
}
