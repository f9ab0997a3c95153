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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a once promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class OnceTest extends Kit {

  private final Once once = new Once();
  private final AtomicInteger runs = new AtomicInteger();

  /** What a running initializer waits for. */
  private final CountDownLatch gate = new CountDownLatch(1);

  OnceTest(ThreadKind kind) {
    super(kind);
  }

  private static ArithmeticException failure() {
    return new ArithmeticException("for the test");
  }

  private void fail() {
    runs.incrementAndGet();
    throw failure();
  }

  private void failAtTheGate() {
    passGate();
    throw failure();
  }

  private void passGate() {
    runs.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts a thread whose initializer runs until the gate opens. */
  private Worker startRunner() {
    return startRunner(() -> once.run(this::passGate));
  }

  private Worker startRunner(Worker.Task task) {
    int before = runs.get();
    Worker runner = crew.start(task);
    Await.until("the initializer runs", () -> runs.get() == before + 1);
    return runner;
  }

  private Worker startWaiter(Worker.Task task) {
    Worker waiter = crew.start(task);
    waiter.awaitBlocked();
    return waiter;
  }

  private void poison() {
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> once.run(this::fail));
  }

  private static void assertPoisoned(ThrowingCallable call) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(call)
        .withMessageContaining("for the test")
        .withCauseInstanceOf(ArithmeticException.class);
  }

  private static void assertInterrupted(ThrowingCallable call) {
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(call);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private void assertCompleted() {
    assertThat(once.isCompleted()).isTrue();
    int before = runs.get();
    once.run(runs::incrementAndGet);
    once.runForced(_ -> runs.incrementAndGet());
    assertThat(runs.get()).isEqualTo(before);
  }

  // ---- One thread

  @Test
  void initializerRunsOnce() {
    assertThat(once.isCompleted()).isFalse();
    once.run(runs::incrementAndGet);
    assertThat(runs.get()).isEqualTo(1);
    assertCompleted();
  }

  @Test
  void forcedInitializerRunsOnce() {
    once.runForced(state -> {
      assertThat(state.isPoisoned()).isFalse();
      assertThat(state.failure()).isNull();
      runs.incrementAndGet();
    });
    assertThat(runs.get()).isEqualTo(1);
    assertCompleted();
  }

  @Test
  void completedOnceIsPassedAtOnce() throws InterruptedException {
    once.run(() -> {});
    Thread.currentThread().interrupt();
    once.await();
    once.awaitForced();
    once.awaitUninterruptibly();
    assertThat(once.await(0, NANOSECONDS)).isTrue();
    assertThat(once.awaitForced(-1, HOURS)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void noTimeMeansNoWait() throws InterruptedException {
    assertThat(once.await(0, NANOSECONDS)).isFalse();
    assertThat(once.awaitForced(Long.MIN_VALUE, HOURS)).isFalse();
    assertThat(once.isCompleted()).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // the nulls are the point
  void nullsAreRefusedWhateverTheState() {
    for (int i = 0; i < 2; i++) {
      List<ThrowingCallable> calls =
          List.of(
              () -> once.run(null),
              () -> once.runForced(null),
              () -> once.await(1, null),
              () -> once.awaitForced(1, null));
      for (ThrowingCallable call : calls) {
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(call);
      }
      once.run(() -> {});
    }
    assertCompleted();
  }

  @Test
  void stringNamesTheState() {
    assertThat(once.toString()).matches("io\\.pawl\\.Once@[0-9a-f]+\\[New]");
    poison();
    assertThat(once.toString()).endsWith("[Poisoned]");
    once.runForced(_ -> assertThat(once.toString()).endsWith("[Running]"));
    assertThat(once.toString()).endsWith("[Completed]");
  }

  // ---- Recursion

  @Test
  void initializerThatWaitsForItselfGetsAnException() {
    List<ThrowingCallable> calls =
        List.of(
            () -> once.run(() -> {}),
            () -> once.runForced(_ -> {}),
            once::await,
            once::awaitForced,
            once::awaitUninterruptibly,
            () -> once.await(1, HOURS),
            () -> once.awaitForced(1, HOURS));
    once.run(() -> {
      for (ThrowingCallable call : calls) {
        assertThatExceptionOfType(IllegalMonitorStateException.class)
            .isThrownBy(call)
            .withMessageContaining("Once@");
      }
      assertThat(once.isCompleted()).isFalse();
    });
    assertCompleted();
  }

  @Test
  void exceptionOfARecursionPoisonsUnlessCaught() {
    assertThatExceptionOfType(IllegalMonitorStateException.class)
        .isThrownBy(() -> once.run(() -> once.run(() -> {})));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> once.run(() -> {}))
        .withCauseInstanceOf(IllegalMonitorStateException.class);
  }

  // ---- Poison

  @Test
  void failureIsThrownAndPoisons() {
    poison();
    assertThat(once.isCompleted()).isFalse();
    assertPoisoned(() -> once.run(runs::incrementAndGet));
    assertPoisoned(once::await);
    assertPoisoned(once::awaitUninterruptibly);
    assertPoisoned(() -> once.await(0, NANOSECONDS));
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void errorsPoisonAsWell() {
    @SuppressWarnings("removal")
    Error death = new ThreadDeath();
    assertThatExceptionOfType(Error.class)
        .isThrownBy(() ->
            once.run(() -> {
              throw death;
            }))
        .isSameAs(death);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> once.run(() -> {}))
        .havingCause()
        .isSameAs(death);
  }

  @Test
  void forcedInitializerMendsAndKnowsTheFailure() {
    poison();
    List<@Nullable Throwable> failures = new ArrayList<>();
    once.runForced(state -> {
      assertThat(state.isPoisoned()).isTrue();
      failures.add(state.failure());
    });
    assertThat(failures).singleElement().isInstanceOf(ArithmeticException.class);
    assertCompleted();
  }

  @Test
  void forcedInitializerThatFailsPoisonsWithItsOwnFailure() {
    poison();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() ->
            once.runForced(_ -> {
              throw new UnsupportedOperationException();
            }));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> once.run(() -> {}))
        .withCauseInstanceOf(UnsupportedOperationException.class);
    once.runForced(_ -> {});
    assertCompleted();
  }

  // ---- Waiting

  @Test
  void othersWaitForTheRunningInitializer() {
    Worker _ = startRunner();
    List<Worker> waiters =
        List.of(
            startWaiter(() -> once.run(this::fail)),
            startWaiter(() -> once.runForced(_ -> fail())),
            startWaiter(once::await),
            startWaiter(once::awaitForced),
            startWaiter(once::awaitUninterruptibly),
            startWaiter(() -> assertThat(once.await(1, HOURS)).isTrue()),
            startWaiter(() -> assertThat(once.awaitForced(1, HOURS)).isTrue()));
    assertThat(waiters).noneMatch(Worker::isDone);
    gate.countDown();
    crew.join();
    assertThat(runs.get()).isEqualTo(1);
    assertCompleted();
  }

  @Test
  void waitBeginsBeforeTheInitializer() {
    Worker _ = startWaiter(once::await);
    Worker _ = startWaiter(once::awaitForced);
    once.run(runs::incrementAndGet);
    crew.join();
    assertCompleted();
  }

  @Test
  void failureReachesAllButThoseThatForce() {
    Worker runner =
        startRunner(() ->
            assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> once.run(this::failAtTheGate)));
    List<Worker> poisoned =
        List.of(
            startWaiter(() -> assertPoisoned(() -> once.run(this::fail))),
            startWaiter(() -> assertPoisoned(once::await)),
            startWaiter(() -> assertPoisoned(once::awaitUninterruptibly)),
            startWaiter(() -> assertPoisoned(() -> once.await(1, HOURS))));
    Worker _ = startWaiter(once::awaitForced);
    Worker _ = startWaiter(() -> assertThat(once.awaitForced(1, HOURS)).isTrue());
    gate.countDown();
    runner.join();
    poisoned.forEach(Worker::join);
    assertThat(once.isCompleted()).isFalse();
    once.runForced(state -> assertThat(state.isPoisoned()).isTrue());
    crew.join();
    assertCompleted();
  }

  @Test
  void waitingForcedInitializerRunsAfterAFailure() {
    Worker _ =
        startRunner(() ->
            assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> once.run(this::failAtTheGate)));
    for (int i = 0; i < 3; i++) {
      Worker _ = startWaiter(() -> once.runForced(_ -> runs.incrementAndGet()));
    }
    gate.countDown();
    crew.join();
    assertThat(runs.get()).isEqualTo(2);
    assertCompleted();
  }

  // ---- Timeouts and interrupts

  @Test
  void timedWaitIsNeverEarly() {
    Worker _ = startRunner();
    for (long millis : new long[] {1, 10}) {
      Worker waiter =
          crew.start(() -> {
            long start = System.nanoTime();
            assertThat(once.await(millis, MILLISECONDS)).isFalse();
            assertThat(once.awaitForced(millis, MILLISECONDS)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_000_000 * millis);
          });
      waiter.join();
    }
    gate.countDown();
    crew.join();
  }

  @Test
  void interruptEndsAWaitAndLeavesTheOthers() {
    Worker _ = startRunner();
    Worker other = startWaiter(once::await);
    List<Worker> victims =
        List.of(
            startWaiter(() -> assertInterrupted(once::await)),
            startWaiter(() -> assertInterrupted(once::awaitForced)),
            startWaiter(() -> assertInterrupted(() -> once.await(1, HOURS))),
            startWaiter(() -> assertInterrupted(() -> once.awaitForced(1, HOURS))));
    for (Worker victim : victims) {
      victim.interrupt();
      victim.join();
    }
    assertThat(other.isDone()).isFalse();
    gate.countDown();
    crew.join();
    assertCompleted();
  }

  @Test
  void interruptedThreadDoesNotWait() {
    Thread.currentThread().interrupt();
    assertInterrupted(once::await);
    Thread.currentThread().interrupt();
    assertInterrupted(() -> once.awaitForced(1, HOURS));
  }

  @Test
  void runIgnoresInterruptsAndPreservesTheStatus() {
    Worker _ = startRunner();
    List<Worker> waiters =
        List.of(
            startWaiter(() -> {
              once.run(() -> {});
              assertThat(Thread.interrupted()).isTrue();
            }),
            startWaiter(() -> {
              once.runForced(_ -> {});
              assertThat(Thread.interrupted()).isTrue();
            }),
            startWaiter(() -> {
              once.awaitUninterruptibly();
              assertThat(Thread.interrupted()).isTrue();
            }));
    waiters.forEach(Worker::interrupt);
    assertThat(waiters).noneMatch(Worker::isDone);
    gate.countDown();
    crew.join();
  }
}
