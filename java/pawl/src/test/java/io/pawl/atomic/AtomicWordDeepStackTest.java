package io.pawl.atomic;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stack that overflows in a wait for several words leaves nothing behind in their queues. */
@Tag(DeepStack.TAG)
class AtomicWordDeepStackTest extends Kit {

  private final AtomicWord[] words = {new AtomicWord(), new AtomicWord(), new AtomicWord()};
  private final int[] zeros = new int[3];

  AtomicWordDeepStackTest() {
    super(ThreadKind.PLATFORM);
  }

  private void assertUsable() {
    for (AtomicWord word : words) {
      assertThat(word.queue().size()).isZero();
    }
    Worker waiter = crew.start(() -> AtomicWord.waitAnyInterruptibly(words, zeros));
    waiter.awaitBlocked();
    words[1].set(1);
    words[1].wakeOne();
    waiter.join();
    Arrays.stream(words).forEach(AtomicWord::close);
  }

  @Test
  void overflowInAWaitInTheQueues() {
    DeepStack.overflow(
        () ->
            assertThat(AtomicWord.waitAnyInterruptibly(words, zeros, 0, NANOSECONDS)).isEqualTo(-1),
        () -> {});
    assertUsable();
  }

  @Test
  void overflowInAWaitInTheSystem() {
    DeepStack.overflow(
        () -> assertThat(AtomicWord.waitAny(words, zeros, 0, NANOSECONDS)).isEqualTo(-1), () -> {});
    assertUsable();
  }
}
