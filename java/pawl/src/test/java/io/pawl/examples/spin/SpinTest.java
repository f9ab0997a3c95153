package io.pawl.examples.spin;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import org.junit.jupiter.api.Test;

/** The examples of chapter 4. */
@Limit(30)
class SpinTest {

  private final Output output = new Output();

  @Test
  void lockLosesNoIncrement() {
    SpinLock1.run(500_000, output.stream());
    assertThat(output.lines())
        .hasSize(3)
        .startsWith("2 threads, 500000 increments each")
        .endsWith("counted with it: 1000000");
    assertThat(output.lines().get(1)).matches("counted without the lock: \\d+");
  }

  @Test
  void dataCanBeKeptWithoutAGuard() {
    SpinLock2.run(output.stream());
    assertThat(output.lines())
        .containsExactly("[held, added by a thread that does not hold the lock]");
  }

  @Test
  void guardIsNoLongerGoodWhenItIsClosed() {
    SpinLock3.run(output.stream());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines().getFirst()).isIn("[1, 2, 2]", "[2, 2, 1]");
    assertThat(output.lines().getLast()).isEqualTo("refused: the guard is closed");
  }
}
