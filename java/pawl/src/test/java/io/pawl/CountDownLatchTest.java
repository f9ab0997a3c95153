package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a latch promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class CountDownLatchTest extends Kit {

  private static final int ROUNDS = 20_000;

  /** What the threads of a race share. */
  private volatile CountDownLatch latch = new CountDownLatch(1);

  CountDownLatchTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(CountDownLatch latch) {
    Worker worker =
        crew.start(() -> {
          latch.await();
          assertThat(latch.getCount()).isZero();
        });
    worker.awaitBlocked();
    return worker;
  }

  // ---- Counting

  @Test
  void countsDownToZeroAndStaysThere() {
    CountDownLatch latch = new CountDownLatch(2);
    assertThat(latch.getCount()).isEqualTo(2);
    latch.countDown();
    assertThat(latch.getCount()).isEqualTo(1);
    latch.countDown();
    assertThat(latch.getCount()).isZero();
    latch.countDown();
    assertThat(latch.getCount()).isZero();
  }

  @Test
  void negativeCountIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new CountDownLatch(-1));
  }

  @Test
  void stringNamesTheCount() {
    assertThat(new CountDownLatch(7).toString()).matches(".+CountDownLatch@[0-9a-f]+\\[Count = 7]");
  }

  // ---- Waiting

  @Test
  void openLatchIsPassedAtOnce() throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(0);
    latch.await();
    assertThat(latch.await(0, NANOSECONDS)).isTrue();
    assertThat(latch.await(-1, HOURS)).isTrue();
    assertThat(latch.await(1, HOURS)).isTrue();
  }

  @Test
  void noTimeMeansNoWait() throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    assertThat(latch.await(0, NANOSECONDS)).isFalse();
    assertThat(latch.await(Long.MIN_VALUE, HOURS)).isFalse();
    assertThat(latch.getCount()).isEqualTo(1);
  }

  @Test
  void waitersSleepUntilTheCountIsZero() {
    CountDownLatch latch = new CountDownLatch(3);
    Worker first = startWaiter(latch);
    Worker second = crew.start(() -> assertThat(latch.await(1, HOURS)).isTrue());
    second.awaitBlocked();
    latch.countDown();
    latch.countDown();
    assertThat(first.isDone()).isFalse();
    assertThat(second.isDone()).isFalse();
    latch.countDown();
    crew.join();
  }

  @Test
  void allWaitersAreWoken() {
    CountDownLatch latch = new CountDownLatch(1);
    for (int i = 0; i < 20; i++) {
      Worker _ = startWaiter(latch);
    }
    latch.countDown();
    crew.join();
  }

  @Test
  void timedAwaitIsNeverEarly() {
    CountDownLatch latch = new CountDownLatch(1);
    for (long micros : new long[] {1, 100, 1_000, 10_000}) {
      Worker worker =
          crew.start(() -> {
            long start = System.nanoTime();
            assertThat(latch.await(micros, MICROSECONDS)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
          });
      worker.join();
    }
  }

  @Test
  void timedAwaitEndsWhenTheCountIsZeroInTime() {
    for (long millis : new long[] {2_147, 2_148, 5_000_000, Long.MAX_VALUE}) {
      CountDownLatch latch = new CountDownLatch(1);
      Worker worker = crew.start(() -> assertThat(latch.await(millis, MILLISECONDS)).isTrue());
      worker.awaitBlocked();
      latch.countDown();
      worker.join();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitIsRefusedWhateverTheCount() {
    for (int count : new int[] {0, 1}) {
      assertThatExceptionOfType(NullPointerException.class)
          .isThrownBy(() -> new CountDownLatch(count).await(1, null));
    }
  }

  // ---- Interrupts

  @Test
  void interruptedThreadDoesNotPass() {
    for (int count : new int[] {0, 1}) {
      CountDownLatch latch = new CountDownLatch(count);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(latch::await);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> latch.await(1, HOURS));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void interruptEndsAWaitAndLeavesTheOthers() {
    CountDownLatch latch = new CountDownLatch(1);
    Worker first = startWaiter(latch);
    Worker untimed =
        crew.start(
            () -> assertThatExceptionOfType(InterruptedException.class).isThrownBy(latch::await));
    untimed.awaitBlocked();
    Worker timed =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> latch.await(1, HOURS)));
    timed.awaitBlocked();
    Worker last = startWaiter(latch);
    untimed.interrupt();
    timed.interrupt();
    untimed.join();
    timed.join();
    assertThat(first.isDone()).isFalse();
    assertThat(last.isDone()).isFalse();
    latch.countDown();
    crew.join();
  }

  // ---- Races

  @Test
  void nobodySleepsPastZero() {
    latch = new CountDownLatch(2);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(latch.getCount()).isZero();
              latch = new CountDownLatch(2);
            },
            _ -> {
              Rounds.dawdle();
              latch.countDown();
            },
            _ -> {
              Rounds.dawdle();
              latch.countDown();
            },
            _ -> latch.await(),
            _ -> {
              Rounds.dawdle();
              assertThat(latch.await(1, HOURS)).isTrue();
            });
  }

  @Test
  void nobodySleepsPastZeroWhenOthersGiveUp() {
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> latch = new CountDownLatch(1),
            _ -> {
              Rounds.dawdle();
              latch.countDown();
            },
            _ -> {
              CountDownLatch mine = latch;
              if (mine.await(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                assertThat(mine.getCount()).isZero();
              }
            },
            _ -> {
              victim.run(() -> {
                latch.await();
                assertThat(latch.getCount()).isZero();
              });
            },
            _ -> latch.await(),
            _ -> victim.interrupt());
  }

  @Test
  void waitersSeeWhatWasDoneBeforeTheCountDown() {
    int[] written = new int[2];
    latch = new CountDownLatch(2);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> latch = new CountDownLatch(2),
            round -> {
              written[0] = round;
              latch.countDown();
            },
            round -> {
              written[1] = round;
              latch.countDown();
            },
            round -> {
              latch.await();
              assertThat(written).containsExactly(round, round);
            });
  }
}
