package io.pawl.examples.futex;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import org.junit.jupiter.api.Test;

/** The example of chapter 8. */
@Limit(30)
class WaitAndWakeTest {

  @Test
  void waiterIsWokenAndOthersDoNotWait() {
    for (int round = 0; round < 20; round++) {
      Output output = new Output();
      WaitAndWake.run(round * 10_000L, output.stream());
      assertThat(output.lines())
          .containsExactly(
              "Waiting...",
              "Done!",
              "a wait for 0 to go away returned at once, as the word is 1",
              "a wake before the wait was not remembered: the wait ended with its time");
    }
  }
}
