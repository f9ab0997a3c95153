package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.TimeoutException;
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
}
