package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Phaser promises to threads that wait. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class PhaserWaitTest extends Kit {

  private static final int TERMINATED_IN_0 = Integer.MIN_VALUE;

  private final Phaser phaser = new Phaser(2);

  PhaserWaitTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  /** A phaser whose onAdvance does something first. */
  private static Phaser withAction(int parties, boolean last, IntConsumer action) {
    return new Phaser(parties) {
      @Override
      protected boolean onAdvance(int phase, int registeredParties) {
        action.accept(phase);
        return last;
      }
    };
  }

  // ---- Advance

  @Test
  void everyWayOfWaitingEndsWithThePhase() {
    Worker _ = startWaiter(() -> assertThat(phaser.awaitAdvance(0)).isEqualTo(1));
    Worker _ = startWaiter(() -> assertThat(phaser.awaitAdvanceInterruptibly(0)).isEqualTo(1));
    Worker _ =
        startWaiter(() ->
            assertThat(phaser.awaitAdvanceInterruptibly(0, Long.MAX_VALUE, HOURS)).isEqualTo(1));
    Worker _ = startWaiter(() -> assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(1));
    assertThat(phaser.getArrivedParties()).isEqualTo(1);
    assertThat(phaser.arrive()).isZero();
    crew.join();
    assertThat(phaser.getPhase()).isEqualTo(1);
  }

  @Test
  void arrivalsOfOthersDoNotEndAWait() {
    assertThat(phaser.bulkRegister(3)).isZero();
    Worker waiter = startWaiter(() -> assertThat(phaser.awaitAdvance(0)).isEqualTo(1));
    for (int i = 0; i < 4; i++) {
      assertThat(phaser.arrive()).isZero();
      assertThat(waiter.isDone()).isFalse();
    }
    assertThat(phaser.arriveAndDeregister()).isZero();
    waiter.join();
  }

  @Test
  void phasesFollowOneAnotherWithTheSameThreads() {
    int phases = 1_000;
    AtomicInteger[] arrivals = {new AtomicInteger(), new AtomicInteger()};
    crew.start(
        2,
        () -> {
          for (int phase = 0; phase < phases; phase++) {
            arrivals[phase % 2].getAndIncrement();
            assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(phase + 1);
            assertThat(arrivals[phase % 2].get()).isEqualTo(phase / 2 * 2 + 2);
          }
        });
    crew.join();
    assertThat(phaser.getPhase()).isEqualTo(phases);
  }

  @Test
  void waitShowsAPhaser() {
    Worker waiter = startWaiter(() -> assertThat(phaser.awaitAdvance(0)).isNegative());
    phaser.forceTermination();
    waiter.join();
  }

  // ---- Termination

  @Test
  void forcedTerminationEndsEveryWait() {
    Worker _ = startWaiter(() -> assertThat(phaser.awaitAdvance(0)).isEqualTo(TERMINATED_IN_0));
    Worker _ =
        startWaiter(
            () -> assertThat(phaser.awaitAdvanceInterruptibly(0)).isEqualTo(TERMINATED_IN_0));
    Worker _ =
        startWaiter(() ->
            assertThat(phaser.awaitAdvanceInterruptibly(0, 1, HOURS)).isEqualTo(TERMINATED_IN_0));
    Worker _ =
        startWaiter(() -> assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(TERMINATED_IN_0));
    phaser.forceTermination();
    crew.join();
  }

  @Test
  void terminationByOnAdvanceEndsEveryWait() {
    Phaser once = withAction(2, true, _ -> {});
    Worker _ = startWaiter(() -> assertThat(once.awaitAdvance(0)).isEqualTo(TERMINATED_IN_0 + 1));
    Worker _ =
        startWaiter(() -> assertThat(once.arriveAndAwaitAdvance()).isEqualTo(TERMINATED_IN_0 + 1));
    assertThat(once.arriveAndAwaitAdvance()).isEqualTo(1);
    crew.join();
  }

  // ---- Interrupts

  @Test
  void uninterruptibleWaitsKeepTheInterrupt() {
    Worker before =
        startWaiter(() -> {
          Thread.currentThread().interrupt();
          assertThat(phaser.awaitAdvance(0)).isEqualTo(1);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    Worker during =
        startWaiter(() -> {
          assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(1);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    during.interrupt();
    before.interrupt();
    assertThat(phaser.arrive()).isZero();
    crew.join();
  }

  @Test
  void interruptEndsInterruptibleWaits() {
    Worker untimed =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    Worker timed =
        startWaiter(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    untimed.interrupt();
    untimed.join();
    timed.interrupt();
    timed.join();
    assertThat(phaser.getUnarrivedParties()).isEqualTo(2);
  }

  @Test
  void interruptedThreadDoesNotWaitInterruptibly() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 0, NANOSECONDS));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void interruptedWaiterTakesNoArrivalBack() {
    Worker waiter =
        startWaiter(() -> {
          int phase = phaser.arrive();
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(phase));
        });
    waiter.interrupt();
    waiter.join();
    assertThat(phaser.getArrivedParties()).isEqualTo(1);
    assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(1);
  }

  // ---- Timeouts

  @Test
  void timedWaitEndsNeverEarly() {
    long start = System.nanoTime();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 2, MILLISECONDS));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(2));
  }

  @Test
  void noTimeDoesNotWait() {
    for (long none : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, none, HOURS));
    }
  }

  @Test
  void waiterThatGaveUpMayWaitAgain() throws Exception {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 1, MILLISECONDS));
    Worker waiter = startWaiter(() -> assertThat(phaser.arriveAndAwaitAdvance()).isEqualTo(1));
    assertThat(phaser.arrive()).isZero();
    assertThat(phaser.awaitAdvanceInterruptibly(0, 1, HOURS)).isEqualTo(1);
    waiter.join();
  }

  // ---- While onAdvance runs

  @Test
  void othersSeeTheOldPhaseWhileOnAdvanceRuns() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Phaser slow =
        withAction(
            1,
            false,
            phase -> {
              if (phase == 0) {
                running.countDown();
                awaitLatch(mayEnd);
                ended.set(true);
              }
            });
    Worker arriving = crew.start(() -> assertThat(slow.arrive()).isZero());
    awaitLatch(running);
    assertThat(slow.getPhase()).isZero();
    assertThat(slow.getArrivedParties()).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(slow::arrive);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> slow.awaitAdvanceInterruptibly(0, 1, MILLISECONDS));
    Worker registering =
        startWaiter(() -> {
          assertThat(slow.register()).isEqualTo(1);
          assertThat(ended).isTrue();
        });
    Worker waiting =
        startWaiter(() -> {
          assertThat(slow.awaitAdvance(0)).isEqualTo(1);
          assertThat(ended).isTrue();
        });
    assertThat(slow.getRegisteredParties()).isEqualTo(1);
    mayEnd.countDown();
    arriving.join();
    registering.join();
    waiting.join();
    assertThat(slow.getRegisteredParties()).isEqualTo(2);
    assertThat(slow.getUnarrivedParties()).isEqualTo(2);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(Await.LIMIT.toMillis(), MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void waitsOutliveAnExceptionOfOnAdvance() {
    Phaser broken =
        withAction(
            1,
            false,
            _ -> {
              throw new ArithmeticException();
            });
    Worker waiting = startWaiter(() -> assertThat(broken.awaitAdvance(0)).isNegative());
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(broken::arrive);
    Worker registering = startWaiter(() -> assertThat(broken.register()).isNegative());
    assertThat(waiting.isDone()).isFalse();
    broken.forceTermination();
    waiting.join();
    registering.join();
    assertThat(broken.getRegisteredParties()).isEqualTo(1);
  }

  @Test
  void interruptDoesNotEndARegistrationThatWaits() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Phaser slow =
        withAction(
            1,
            false,
            _ -> {
              running.countDown();
              awaitLatch(mayEnd);
            });
    Worker arriving = crew.start(() -> assertThat(slow.arrive()).isZero());
    awaitLatch(running);
    Worker registering =
        startWaiter(() -> {
          assertThat(slow.register()).isEqualTo(1);
          assertThat(Thread.interrupted()).isTrue();
        });
    registering.interrupt();
    mayEnd.countDown();
    arriving.join();
    registering.join();
  }

  @Test
  void actionsBeforeArrivalAreSeenByOnAdvanceAndByWaiters() {
    int phases = 2_000;
    int[] data = new int[2];
    int[] sum = new int[1];
    Phaser adding = withAction(2, false, _ -> sum[0] = data[0] + data[1]);
    for (int i = 0; i < 2; i++) {
      int mine = i;
      Worker _ =
          crew.start(() -> {
            for (int phase = 0; phase < phases; phase++) {
              data[mine] = phase;
              int _ = adding.arriveAndAwaitAdvance();
              assertThat(sum[0]).isEqualTo(2 * phase);
              int _ = adding.arriveAndAwaitAdvance();
            }
          });
    }
    crew.join();
  }

  // ---- Pools

  @Test
  void poolWorkerThatWaitsIsReplaced() throws Exception {
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      Future<Integer> first = pool.submit(phaser::arriveAndAwaitAdvance);
      Future<Integer> second = pool.submit(() -> phaser.awaitAdvanceInterruptibly(0));
      Future<Integer> third = pool.submit(phaser::arriveAndAwaitAdvance);
      assertThat(first.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(second.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(third.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
    } finally {
      phaser.forceTermination();
    }
  }

  @Test
  void poolWorkerIsInterruptedAndTimesOutAsAnyThread() throws Exception {
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      Future<?> timed =
          pool.submit(() ->
              assertThatExceptionOfType(TimeoutException.class)
                  .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0, 1, MILLISECONDS)));
      assertThat(timed.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
      Future<?> interrupted =
          pool.submit(() -> {
            Thread worker = Thread.currentThread();
            Worker interrupter =
                crew.start(() -> {
                  Await.until("the worker sleeps", () -> LockSupport.getBlocker(worker) != null);
                  worker.interrupt();
                });
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> phaser.awaitAdvanceInterruptibly(0));
            interrupter.join();
            return true;
          });
      assertThat(interrupted.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(true);
    } finally {
      phaser.forceTermination();
    }
  }
}
