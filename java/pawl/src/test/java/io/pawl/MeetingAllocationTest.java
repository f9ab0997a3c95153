package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Waiting for a phase, or for a partner, allocates nothing in steady state. */
class MeetingAllocationTest extends Kit {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a warmed-up loop may allocate, however many rounds it runs. */
  private static final long CONSTANT = 16_384;

  private static final int WARM_UP = 1_000;

  MeetingAllocationTest() {
    super(ThreadKind.PLATFORM);
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  @Test
  void waitingForAPhaseAllocatesNothing() {
    Phaser root = new Phaser();
    Phaser child = new Phaser(root, 1);
    assertThat(root.register()).isZero();
    for (Phaser phaser : new Phaser[] {root, child}) {
      Worker _ =
          crew.start(() -> {
            long before = 0;
            for (int i = 0; i < 4 * WARM_UP; i++) {
              if (i == WARM_UP) {
                before = allocated();
              }
              int _ = phaser.arriveAndAwaitAdvance();
            }
            assertThat(allocated() - before).isLessThan(CONSTANT);
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
            long before = 0;
            for (int i = 0; i < 4 * WARM_UP; i++) {
              if (i == WARM_UP) {
                before = allocated();
              }
              String theirs = exchanger.exchange(mine);
              if (theirs.equals(mine)) {
                throw new AssertionError();
              }
            }
            assertThat(allocated() - before).isLessThan(CONSTANT);
          });
    }
    crew.join();
  }
}
