package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a GateQueue promises. The gates here are those below a number that grows. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class GateQueueTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final AtomicInteger open = new AtomicInteger();
  private final GateQueue queue =
      new GateQueue() {
        @Override
        protected boolean isOpen(int key) {
          return open.get() > key;
        }
      };

  GateQueueTest(ThreadKind kind) {
    super(kind);
  }

  private int await(int key, boolean interruptible, long deadline) {
    return queue.await(this, key, interruptible, deadline);
  }

  private void passGate(int key) {
    assertThat(await(key, false, Deadlines.FOREVER)).isEqualTo(GateQueue.WOKEN);
    assertThat(open.get()).isGreaterThan(key);
  }

  private Worker startWaiter(int key) {
    Worker worker = crew.start(() -> passGate(key));
    worker.awaitBlocked();
    return worker;
  }

  private void openNext() {
    open.getAndIncrement();
    queue.opened();
  }

  private void assertNobodyWaits() {
    assertThat(queue.size()).isZero();
    assertThat(queue.threads()).isEmpty();
  }

  @Test
  void openGateIsPassedAtOnceEvenWhenInterrupted() {
    openNext();
    Thread.currentThread().interrupt();
    assertThat(await(0, true, Deadlines.after(0))).isEqualTo(GateQueue.WOKEN);
    assertThat(Thread.interrupted()).isTrue();
    assertNobodyWaits();
  }

  @Test
  void openingWakesAllThatWaitForTheGate() {
    for (int i = 0; i < 5; i++) {
      Worker _ = startWaiter(0);
    }
    assertThat(queue.size()).isEqualTo(5);
    openNext();
    crew.join();
    assertNobodyWaits();
  }

  @Test
  void thoseThatWaitForALaterGateSleepOn() {
    Worker first = startWaiter(0);
    open.getAndIncrement();
    Worker second = startWaiter(1);
    queue.opened();
    first.join();
    Await.until("the first has gone", () -> queue.size() == 1);
    assertThat(queue.threads()).containsExactly(second.thread());
    openNext();
    second.join();
    assertNobodyWaits();
  }

  @Test
  void interruptEndsAnInterruptibleWait() {
    Worker waiter =
        crew.start(() -> {
          assertThat(await(0, true, Deadlines.FOREVER)).isEqualTo(GateQueue.INTERRUPTED);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    waiter.awaitBlocked();
    waiter.interrupt();
    waiter.join();
    assertNobodyWaits();
  }

  @Test
  void interruptBeforeAnInterruptibleWaitEndsIt() {
    Thread.currentThread().interrupt();
    assertThat(await(0, true, Deadlines.FOREVER)).isEqualTo(GateQueue.INTERRUPTED);
    assertThat(Thread.interrupted()).isFalse();
    assertNobodyWaits();
  }

  @Test
  void uninterruptibleWaitKeepsTheInterrupt() {
    Worker waiter =
        crew.start(() -> {
          Thread.currentThread().interrupt();
          passGate(0);
          assertThat(Thread.interrupted()).isTrue();
        });
    waiter.awaitBlocked();
    waiter.interrupt();
    openNext();
    waiter.join();
  }

  @Test
  void timeoutEndsAWaitNeverEarly() {
    long deadline = Deadlines.after(2_000_000);
    assertThat(await(0, true, deadline)).isEqualTo(GateQueue.TIMED_OUT);
    assertThat(System.nanoTime() - deadline).isGreaterThanOrEqualTo(0);
    assertThat(await(0, false, Deadlines.after(0))).isEqualTo(GateQueue.TIMED_OUT);
    assertNobodyWaits();
  }

  @Test
  void thoseThatGiveUpDoNotKeepOthersAsleep() {
    Worker interrupted =
        crew.start(
            () -> assertThat(await(0, true, Deadlines.FOREVER)).isEqualTo(GateQueue.INTERRUPTED));
    interrupted.awaitBlocked();
    Worker waiter = startWaiter(0);
    interrupted.interrupt();
    interrupted.join();
    openNext();
    waiter.join();
    assertNobodyWaits();
  }

  @Test
  void wakesAreNotLostWhenThreadsComeWhileTheGateOpens() {
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertNobodyWaits(),
            _ -> {
              Rounds.dawdle();
              openNext();
            },
            this::passGate,
            this::passGate,
            key -> {
              Rounds.dawdle();
              passGate(key);
            });
    assertThat(open.get()).isEqualTo(rounds);
  }

  @Test
  void wakesAreNotLostWhenTimeoutsAndInterruptsRaceTheOpening() {
    Victim victim = new Victim();
    int rounds =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertNobodyWaits(),
            _ -> {
              Rounds.dawdle();
              openNext();
            },
            key -> {
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              if (await(key, false, Deadlines.after(nanos)) == GateQueue.WOKEN) {
                assertThat(open.get()).isGreaterThan(key);
              }
            },
            key -> {
              victim.begin();
              int result = await(key, true, Deadlines.FOREVER);
              assertThat(victim.end()).isEqualTo(result == GateQueue.WOKEN);
            },
            this::passGate,
            _ -> victim.interrupt());
    assertThat(open.get()).isEqualTo(rounds);
  }

  @Test
  void gatesThatOpenWithoutPauseWakeEverybody() {
    int gates = 2_000;
    AtomicInteger arrived = new AtomicInteger();
    crew.start(
        3,
        () -> {
          for (int key = 0; key < gates; key++) {
            if (arrived.incrementAndGet() == 3 * (key + 1)) {
              openNext();
            }
            passGate(key);
          }
        });
    crew.join();
    assertNobodyWaits();
  }
}
