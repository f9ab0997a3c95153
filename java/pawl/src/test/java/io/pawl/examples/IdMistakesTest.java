package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdMistakesTest {

  @Test
  void eachMistakeShows() {
    Output output = new Output();
    IdMistakes.run(output.stream());
    assertThat(output.lines())
        .containsExactly(
            "300 calls, with a counter that wraps after 256:",
            "  add: granted 300, different 256",
            "  add, and refuse from 200 on: granted 244, different 200",
            "  add, refuse, and take back: granted 200, different 200",
            "the last, while others have added and not yet taken back:",
            "  55 others: refused",
            "  56 others: id 0 is granted again");
  }
}
