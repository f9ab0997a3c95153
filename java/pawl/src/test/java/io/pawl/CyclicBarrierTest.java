package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a barrier promises: who goes on with what. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class CyclicBarrierTest extends Kit {

  CyclicBarrierTest(ThreadKind kind) {
    super(kind);
  }

  /** Starts a thread and waits until it waits at the barrier. */
  private Worker startWaiter(CyclicBarrier barrier, Worker.Task task) {
    int before = barrier.getNumberWaiting();
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    Await.until("one more waits", () -> barrier.getNumberWaiting() == before + 1);
    return worker;
  }

  private static void assertBroken(ThrowingCallable wait) {
    assertThatExceptionOfType(BrokenBarrierException.class).isThrownBy(wait);
  }

  private static void assertInterrupted(ThrowingCallable wait) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(wait);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private void assertUsable(CyclicBarrier barrier) {
    assertThat(barrier.isBroken()).isFalse();
    assertThat(barrier.getNumberWaiting()).isZero();
    int parties = barrier.getParties();
    List<Integer> indexes = Collections.synchronizedList(new ArrayList<>());
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < parties; i++) {
      workers.add(crew.start(() -> indexes.add(barrier.await())));
    }
    workers.forEach(Worker::join);
    assertThat(indexes).hasSize(parties).doesNotHaveDuplicates();
  }

  // ---- Whole rounds

  @Test
  void tooFewPartiesAreRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new CyclicBarrier(0));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new CyclicBarrier(-1, () -> {}));
  }

  @Test
  void onePartyNeverWaits() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(1, runs::incrementAndGet);
    assertThat(barrier.getParties()).isEqualTo(1);
    assertThat(barrier.await()).isZero();
    assertThat(barrier.await(0, NANOSECONDS)).isZero();
    assertThat(barrier.await(-1, HOURS)).isZero();
    assertThat(runs.get()).isEqualTo(3);
  }

  @Test
  void indexTellsHowManyWereStillToCome() {
    CyclicBarrier barrier = new CyclicBarrier(3);
    Worker _ = startWaiter(barrier, () -> assertThat(barrier.await()).isEqualTo(2));
    Worker _ = startWaiter(barrier, () -> assertThat(barrier.await(1, HOURS)).isEqualTo(1));
    assertThat(barrier.getNumberWaiting()).isEqualTo(2);
    Worker _ = crew.start(() -> assertThat(barrier.await()).isZero());
    crew.join();
    assertUsable(barrier);
  }

  @Test
  void barrierIsUsedAgainAndAgain() {
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(3, runs::incrementAndGet);
    crew.start(
        3,
        () -> {
          for (int i = 1; i <= 200; i++) {
            barrier.await();
            assertThat(runs.get()).isBetween(i, i + 1);
          }
        });
    crew.join();
    assertThat(runs.get()).isEqualTo(200);
    assertThat(barrier.getNumberWaiting()).isZero();
  }

  @Test
  void longTimeoutsDoNotEndARound() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    for (long millis : new long[] {2_147, 2_148, 5_000_000, Long.MAX_VALUE}) {
      Worker first = startWaiter(barrier, () -> barrier.await(millis, MILLISECONDS));
      Worker last = crew.start(() -> barrier.await(millis, MILLISECONDS));
      first.join();
      last.join();
    }
    assertUsable(barrier);
  }

  @Test
  void poolMayHaveFewerWorkersThanThereAreParties() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(3);
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      List<ForkJoinTask<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        tasks.add(pool.submit(() -> barrier.await()));
      }
      List<Integer> indexes = new ArrayList<>();
      for (ForkJoinTask<Integer> task : tasks) {
        indexes.add(task.get());
      }
      assertThat(indexes).containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  @Test
  void poolThatCannotSpareAWorkerLetsItWait() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    try (ForkJoinPool pool =
        new ForkJoinPool(
            1,
            ForkJoinPool.defaultForkJoinWorkerThreadFactory,
            null,
            false,
            1,
            1,
            1,
            null,
            1,
            TimeUnit.MINUTES)) {
      ForkJoinTask<Integer> task = pool.submit(() -> barrier.await());
      Await.until("the worker waits", () -> barrier.getNumberWaiting() == 1);
      assertThat(barrier.await()).isZero();
      assertThat(task.get()).isEqualTo(1);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void nullUnitIsRefusedAndCountsForNothing() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> barrier.await(1, null));
    assertUsable(barrier);
  }

  // ---- The action

  @Test
  void actionRunsInTheLastThreadBeforeAnybodyGoesOn() {
    AtomicInteger gone = new AtomicInteger();
    List<Thread> runners = new ArrayList<>();
    CyclicBarrier barrier =
        new CyclicBarrier(
            2,
            () -> {
              assertThat(gone.get()).isZero();
              runners.add(Thread.currentThread());
            });
    Worker _ =
        startWaiter(
            barrier,
            () -> {
              barrier.await();
              gone.incrementAndGet();
            });
    Worker last =
        crew.start(() -> {
          barrier.await();
          gone.incrementAndGet();
        });
    crew.join();
    assertThat(runners).containsExactly(last.thread());
    assertThat(gone.get()).isEqualTo(2);
  }

  @Test
  void actionThatThrowsBreaksTheBarrier() {
    CyclicBarrier barrier =
        new CyclicBarrier(
            2,
            () -> {
              throw new ArithmeticException("for the test");
            });
    Worker _ = startWaiter(barrier, () -> assertBroken(barrier::await));
    Worker _ =
        crew.start(() ->
            assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(barrier::await)
                .withMessage("for the test"));
    crew.join();
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.getNumberWaiting()).isZero();
    assertBroken(barrier::await);
  }

  @Test
  void actionMayAskTheBarrier() throws Exception {
    List<Object> answers = new ArrayList<>();
    CyclicBarrier[] barrier = new CyclicBarrier[1];
    barrier[0] =
        new CyclicBarrier(
            2,
            () -> {
              answers.add(barrier[0].getParties());
              answers.add(barrier[0].getNumberWaiting());
              answers.add(barrier[0].isBroken());
            });
    Worker _ = startWaiter(barrier[0], () -> barrier[0].await());
    assertThat(barrier[0].await()).isZero();
    crew.join();
    assertThat(answers).containsExactly(2, 2, false);
  }

  @Test
  void actionMayResetTheBarrier() throws Exception {
    CyclicBarrier[] barrier = new CyclicBarrier[1];
    AtomicInteger runs = new AtomicInteger();
    barrier[0] =
        new CyclicBarrier(
            2,
            () -> {
              if (runs.getAndIncrement() == 0) {
                barrier[0].reset();
              }
            });
    Worker _ = startWaiter(barrier[0], () -> assertBroken(() -> barrier[0].await()));
    assertThat(barrier[0].await()).isZero();
    crew.join();
    assertUsable(barrier[0]);
  }

  // ---- Breaking

  @Test
  void interruptBreaksTheBarrierForAllThatWait() {
    CyclicBarrier barrier = new CyclicBarrier(4);
    Worker _ = startWaiter(barrier, () -> assertBroken(barrier::await));
    Worker victim = startWaiter(barrier, () -> assertInterrupted(barrier::await));
    Worker _ = startWaiter(barrier, () -> assertBroken(() -> barrier.await(1, HOURS)));
    victim.interrupt();
    crew.join();
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.getNumberWaiting()).isZero();
  }

  @Test
  void interruptBeforeTheWaitBreaksTheBarrierToo() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker _ = startWaiter(barrier, () -> assertBroken(barrier::await));
    Worker _ =
        crew.start(() -> {
          Thread.currentThread().interrupt();
          assertInterrupted(barrier::await);
        });
    crew.join();
    assertThat(barrier.isBroken()).isTrue();
  }

  @Test
  void interruptedLastPartyDoesNotTripTheBarrier() {
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(1, runs::incrementAndGet);
    Thread.currentThread().interrupt();
    assertInterrupted(barrier::await);
    assertThat(barrier.isBroken()).isTrue();
    assertThat(runs.get()).isZero();
  }

  @Test
  void interruptedThreadFindsABrokenBarrierBrokenAndStaysInterrupted() {
    CyclicBarrier barrier = new CyclicBarrier(1);
    Thread.currentThread().interrupt();
    assertInterrupted(barrier::await);
    Thread.currentThread().interrupt();
    assertBroken(barrier::await);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void timeoutBreaksTheBarrierForAllThatWait() {
    CyclicBarrier barrier = new CyclicBarrier(3);
    Worker _ = startWaiter(barrier, () -> assertBroken(barrier::await));
    Worker _ =
        crew.start(() -> {
          long start = System.nanoTime();
          assertThatExceptionOfType(TimeoutException.class)
              .isThrownBy(() -> barrier.await(5, MILLISECONDS));
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000);
        });
    crew.join();
    assertThat(barrier.isBroken()).isTrue();
    assertThat(barrier.getNumberWaiting()).isZero();
    assertBroken(() -> barrier.await(1, HOURS));
  }

  @Test
  void noTimeBreaksTheBarrierAtOnce() {
    for (long nanos : new long[] {0, -1, Long.MIN_VALUE}) {
      CyclicBarrier barrier = new CyclicBarrier(2);
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> barrier.await(nanos, NANOSECONDS));
      assertThat(barrier.isBroken()).isTrue();
    }
  }

  // ---- Reset

  @Test
  void resetSendsThoseThatWaitAwayAndMendsTheBarrier() {
    CyclicBarrier barrier = new CyclicBarrier(3);
    Worker _ = startWaiter(barrier, () -> assertBroken(barrier::await));
    Worker _ = startWaiter(barrier, () -> assertBroken(() -> barrier.await(1, HOURS)));
    barrier.reset();
    crew.join();
    assertUsable(barrier);
  }

  @Test
  void resetOfAnIdleBarrierChangesNothing() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    barrier.reset();
    assertUsable(barrier);
  }

  @Test
  void resetMendsABrokenBarrier() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    Worker victim = startWaiter(barrier, () -> assertInterrupted(barrier::await));
    victim.interrupt();
    victim.join();
    assertThat(barrier.isBroken()).isTrue();
    barrier.reset();
    assertUsable(barrier);
  }
}
