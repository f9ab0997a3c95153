package io.pawl;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A stack that overflows inside a wait, at whatever depth, leaves a Phaser or Exchanger usable. */
class MeetingDeepStackTest extends Kit {

  MeetingDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  /**
   * Runs the operation in every frame on the way back from an overflow, from the deepest one on.
   */
  @SuppressWarnings("InfiniteRecursion") // until the stack ends
  private static void overflow(Worker.Task operation) throws Exception {
    try {
      overflow(operation);
    } finally {
      operation.run();
    }
  }

  /** Runs it once before, so that no class is initialized where there is no stack for that. */
  private static void onASmallStack(Worker.Task operation) throws Exception {
    operation.run();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                overflow(operation);
              } catch (StackOverflowError _) {
                // Sought.
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            },
            "deep",
            300_000);
    thread.setDaemon(true);
    thread.start();
    Await.until("the end of the deep thread", () -> !thread.isAlive());
  }

  @Test
  void overflowInAWaitForAPhaseLeavesAPhaserThatWakes() throws Exception {
    Phaser phaser = new Phaser(1);
    onASmallStack(() -> {
      try {
        int _ = phaser.awaitAdvanceInterruptibly(0, 1, MICROSECONDS);
      } catch (TimeoutException _) {
        // Nobody arrives.
      }
    });
    Worker waiter = crew.start(() -> assertThat(phaser.awaitAdvance(0)).isEqualTo(1));
    waiter.awaitBlocked();
    assertThat(phaser.arrive()).isZero();
    waiter.join();
  }

  @Test
  void overflowInAnExchangeLeavesNoOffer() throws Exception {
    Exchanger<String> exchanger = new Exchanger<>();
    onASmallStack(() -> {
      try {
        String _ = exchanger.exchange("lost", 1, MICROSECONDS);
      } catch (TimeoutException _) {
        // Nobody comes.
      }
    });
    Worker worker = crew.start(() -> assertThat(exchanger.exchange("theirs")).isEqualTo("mine"));
    worker.awaitBlocked();
    assertThat(exchanger.exchange("mine")).isEqualTo("theirs");
    worker.join();
  }
}
