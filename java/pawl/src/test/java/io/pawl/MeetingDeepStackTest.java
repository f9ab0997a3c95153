package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a wait, at whatever depth, leaves a Phaser or Exchanger usable. */
@Tag(DeepStack.TAG)
class MeetingDeepStackTest extends Kit {

  MeetingDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void overflowInAWaitForAPhaseLeavesAPhaserThatWakes() throws Exception {
    Phaser phaser = new Phaser(1);
    DeepStack.overflow(
        () -> {
          try {
            int _ = phaser.awaitAdvanceInterruptibly(0, 1, MICROSECONDS);
          } catch (TimeoutException _) {
            // Nobody arrives.
          }
        },
        () -> {});
    Worker waiter = crew.start(() -> assertThat(phaser.awaitAdvance(0)).isEqualTo(1));
    waiter.awaitBlocked();
    assertThat(phaser.arrive()).isZero();
    waiter.join();
  }

  @Test
  void overflowInAnExchangeLeavesNoOffer() throws Exception {
    Exchanger<String> exchanger = new Exchanger<>();
    DeepStack.overflow(
        () -> {
          try {
            String _ = exchanger.exchange("lost", 1, MICROSECONDS);
          } catch (TimeoutException _) {
            // Nobody comes.
          }
        },
        () -> {});
    Worker worker = crew.start(() -> assertThat(exchanger.exchange("theirs")).isEqualTo("mine"));
    worker.awaitBlocked();
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    worker.join();
  }

  @Test
  void overflowInTheLastArrivalLeavesAPhaserThatAdvances() throws Exception {
    Phaser phaser = new Phaser(1);
    Worker waiter =
        crew.start(() -> {
          for (int phase = 0; phase >= 0 && phase < 1_000_000; ) {
            phase = phaser.awaitAdvance(phase);
          }
        });
    waiter.awaitBlocked();
    DeepStack.overflow(phaser::arrive, () -> {});
    int phase = phaser.getPhase();
    assertThat(phase).isPositive();
    assertThat(phaser.arrive()).isEqualTo(phase);
    assertThat(phaser.getPhase()).isEqualTo(phase + 1);
    phaser.forceTermination();
    waiter.join();
  }

  @Test
  void overflowInAnAnswerLeavesNobodyWithoutOne() throws Exception {
    Exchanger<String> exchanger = new Exchanger<>();
    AtomicBoolean over = new AtomicBoolean();
    Worker partner =
        crew.start(() -> {
          while (!over.get()) {
            String _ = exchanger.exchange("theirs");
          }
        });
    DeepStack.overflow(
        () -> {
          try {
            assertThat(exchanger.exchange("mine", 1, MICROSECONDS)).isEqualTo("theirs");
          } catch (TimeoutException _) {
            // The partner is on its way.
          }
        },
        () -> {});
    over.set(true);
    while (!partner.isDone()) {
      try {
        String _ = exchanger.exchange("mine", 1, MILLISECONDS);
      } catch (TimeoutException _) {
        // The partner needs no more.
      }
    }
    partner.join();
  }
}
