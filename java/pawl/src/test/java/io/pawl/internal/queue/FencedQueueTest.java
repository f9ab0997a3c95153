package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.fence.Fences;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The phases of a queue; what they are for is proved by the models and seen by jcstress. */
class FencedQueueTest {
  private static final int MANY = 2_000;

  private final FencedQueue queue = new FencedQueue() {};

  @BeforeAll
  static void settle() {
    var _ = Backend.settled();
  }

  @Test
  void aQueueThatNobodyUsesIsNotArmed() {
    assertThat(queue.isWaited()).isFalse();
    assertThat(queue.isArmed()).isFalse();
  }

  @Test
  void aWaiterArmsTheQueueIfItsFenceIsDear() {
    queue.announce();
    queue.fence();

    assertThat(queue.isArmed()).isEqualTo(Fences.isHeavyDear());
    assertThat(queue.isWaited()).isTrue();
  }

  @Test
  void anArmedQueueStaysArmedWhileSomebodyWaits() {
    assumeTrue(Fences.isHeavyDear(), "asymmetric fences");
    queue.announce();
    queue.fence();

    for (int i = 0; i < MANY; i++) {
      assertThat(queue.isWaited()).isTrue();
    }

    assertThat(queue.isArmed()).isTrue();
  }

  @Test
  void anArmedQueueThatIsQuietForLongIsDisarmedAndCanBeArmedAgain() {
    assumeTrue(Fences.isHeavyDear(), "asymmetric fences");
    for (int epoch = 0; epoch < 3; epoch++) {
      queue.announce();
      queue.fence();
      queue.depart();
      assertThat(queue.isArmed()).isTrue();
      assertThat(queue.isWaited()).isFalse();
      assertThat(queue.isArmed()).isTrue();

      for (int i = 0; i < MANY; i++) {
        assertThat(queue.isWaited()).isFalse();
      }

      assertThat(queue.isArmed()).isFalse();
    }
  }
}
