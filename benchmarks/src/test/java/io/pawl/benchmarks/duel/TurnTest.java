package io.pawl.benchmarks.duel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TurnTest {
  @Test
  void answerOfAProcessIsRead() {
    Turn turn = Turn.parse("{\"ns\":5.5,\"cpus\":1}");
    assertThat(turn.get("ns")).isEqualTo(5.5);
    assertThat(turn.get("cpus")).isEqualTo(1);
    assertThat(turn.has("rate")).isFalse();
    assertThatThrownBy(() -> turn.get("rate")).isInstanceOf(IllegalArgumentException.class);
  }
}
