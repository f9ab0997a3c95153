package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an Exchanger promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("NullAway") // does not know that V may be nullable
class ExchangerTest extends Kit {

  private final Exchanger<@Nullable String> exchanger = new Exchanger<>();

  ExchangerTest(ThreadKind kind) {
    super(kind);
  }

  /** Starts a thread that waits to give one object for another. */
  private Worker startGiver(@Nullable String mine, @Nullable String theirs) {
    Worker worker = crew.start(() -> assertThat(exchanger.exchange(mine)).isEqualTo(theirs));
    worker.awaitBlocked();
    return worker;
  }

  private void assertNobodyWaits() {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> exchanger.exchange("nobody", 0, NANOSECONDS));
  }

  @Test
  void twoThreadsSwap() throws InterruptedException {
    Worker worker = startGiver("theirs", "mine");
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    worker.join();
    assertNobodyWaits();
  }

  @Test
  void nullIsSwapped() throws InterruptedException {
    Worker worker = startGiver(null, "mine");
    assertThat(exchanger.exchange("mine")).isNull();
    worker.join();
    worker = startGiver("theirs", null);
    assertThat(exchanger.exchange(null)).isEqualTo("theirs");
    worker.join();
    worker = startGiver(null, null);
    assertThat(exchanger.exchange(null)).isNull();
    worker.join();
  }

  @Test
  void pairsFollowOneAnother() throws Exception {
    for (int i = 0; i < 10; i++) {
      Worker worker = startGiver("theirs" + i, "mine" + i);
      assertThat(exchanger.exchange("mine" + i, 1, HOURS)).isEqualTo("theirs" + i);
      worker.join();
    }
  }

  @Test
  void exchangersDoNotMix() throws InterruptedException {
    Exchanger<String> other = new Exchanger<>();
    Worker here = startGiver("here", "mine");
    Worker there = crew.start(() -> assertThat(other.exchange("there")).isEqualTo("yours"));
    there.awaitBlocked();
    assertThat(other.exchange("yours")).isEqualTo("there");
    assertThat(exchanger.exchange("mine")).isEqualTo("here");
    here.join();
    there.join();
  }

  @Test
  void threadsOfBothKindsSwap() throws InterruptedException {
    Crew others = new Crew(kind == ThreadKind.VIRTUAL ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL);
    Worker worker = startGiver("theirs", "mine");
    Worker other = others.start(() -> assertThat(exchanger.exchange("mine")).isEqualTo("theirs"));
    worker.join();
    other.join();
  }

  @Test
  void manyPairsSwapEachObjectOnce() {
    int threads = 8;
    List<@Nullable String> received = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < threads; i++) {
      String mine = "object " + i;
      Worker _ =
          crew.start(() -> {
            String theirs = exchanger.exchange(mine);
            assertThat(theirs).isNotEqualTo(mine);
            received.add(theirs);
          });
    }
    crew.join();
    assertThat(received).hasSize(threads).doesNotHaveDuplicates();
  }

  // ---- Interrupts

  @Test
  void interruptEndsAWait() throws InterruptedException {
    Worker worker =
        crew.start(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> exchanger.exchange("lost"));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    worker.awaitBlocked();
    worker.interrupt();
    worker.join();
    assertNobodyWaits();
  }

  @Test
  void interruptEndsATimedWait() {
    Worker worker =
        crew.start(() -> {
          assertThatExceptionOfType(InterruptedException.class)
              .isThrownBy(() -> exchanger.exchange("lost", 1, HOURS));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    worker.awaitBlocked();
    worker.interrupt();
    worker.join();
    assertNobodyWaits();
  }

  @Test
  void interruptedThreadDoesNotWait() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> exchanger.exchange("mine"));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> exchanger.exchange("mine", 0, NANOSECONDS));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void interruptedThreadSwapsWithOneThatWaits() throws InterruptedException {
    Worker worker = startGiver("theirs", "mine");
    Thread.currentThread().interrupt();
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    assertThat(Thread.interrupted()).isTrue();
    worker.join();
  }

  @Test
  void thoseThatGaveUpAreNotMet() throws InterruptedException {
    Worker interrupted =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> exchanger.exchange("interrupted")));
    interrupted.awaitBlocked();
    interrupted.interrupt();
    interrupted.join();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> exchanger.exchange("too late", 1, MILLISECONDS));
    Worker worker = startGiver("theirs", "mine");
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    worker.join();
  }

  // ---- Timeouts

  @Test
  void timedWaitEndsNeverEarly() {
    long start = System.nanoTime();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> exchanger.exchange("mine", 2, MILLISECONDS));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(2));
  }

  @Test
  void noTimeSwapsOnlyWithOneThatWaits() throws Exception {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> exchanger.exchange("mine", 0, NANOSECONDS));
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> exchanger.exchange("mine", -1, HOURS));
    Worker first = startGiver("first", "mine");
    assertThat(exchanger.exchange("mine", 0, NANOSECONDS)).isEqualTo("first");
    first.join();
    Worker second = startGiver("second", "mine");
    assertThat(exchanger.exchange("mine", Long.MIN_VALUE, HOURS)).isEqualTo("second");
    second.join();
  }

  @Test
  void timedWaitIsMet() throws InterruptedException {
    Worker worker =
        crew.start(() ->
            assertThat(exchanger.exchange("theirs", Long.MAX_VALUE, HOURS)).isEqualTo("mine"));
    worker.awaitBlocked();
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    worker.join();
  }

  @Test
  @SuppressWarnings("NullAway") // the null is the point
  void unitIsNotNull() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> exchanger.exchange("mine", 0, null));
  }

  @Test
  void actionsBeforeTheExchangeAreSeenAfterIt() {
    int rounds = 5_000;
    Exchanger<int[]> buffers = new Exchanger<>();
    crew.start(
        2,
        () -> {
          int[] buffer = new int[1];
          for (int i = 1; i <= rounds; i++) {
            buffer[0]++;
            buffer = buffers.exchange(buffer);
            assertThat(buffer[0]).isEqualTo(i);
          }
        });
    crew.join();
  }

  @Test
  void waitShowsTheExchanger() {
    Worker worker =
        crew.start(() ->
            assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> exchanger.exchange("mine")));
    Await.until("the blocker", () -> LockSupport.getBlocker(worker.thread()) == exchanger);
    worker.interrupt();
    worker.join();
  }
}
