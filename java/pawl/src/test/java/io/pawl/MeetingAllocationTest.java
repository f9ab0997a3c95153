package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Allocation;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import org.junit.jupiter.api.Test;

/** Waiting for a phase, or for a partner, allocates nothing in steady state. */
class MeetingAllocationTest extends Kit {

  private static final int WARM_UP = 1_000;

  MeetingAllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  @Test
  void waitingForAPhaseAllocatesNothing() {
    Phaser root = new Phaser();
    Phaser child = new Phaser(root, 1);
    assertThat(root.register()).isZero();
    for (Phaser phaser : new Phaser[] {root, child}) {
      Worker _ =
          crew.start(() -> {
            Allocation allocation = new Allocation();
            for (int i = 0; i < 4 * WARM_UP; i++) {
              allocation.round(i);
              int _ = phaser.arriveAndAwaitAdvance();
            }
            allocation.assertNone();
          });
    }
    crew.join();
  }

  @Test
  void exchangingAllocatesNothing() {
    Exchanger<String> exchanger = new Exchanger<>();
    for (String mine : new String[] {"one", "other"}) {
      Worker _ =
          crew.start(() -> {
            Allocation allocation = new Allocation();
            for (int i = 0; i < 4 * WARM_UP; i++) {
              allocation.round(i);
              String theirs = exchanger.exchange(mine);
              if (theirs.equals(mine)) {
                throw new AssertionError();
              }
            }
            allocation.assertNone();
          });
    }
    crew.join();
  }
}
