package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private final Output output = new Output();

  @Test
  void allWordsAreCounted() throws Exception {
    String[] lines = Collections.nCopies(5_000, " one two\tthree ").toArray(String[]::new);
    Pipeline.run(Output.input(lines), 4, output.stream());
    assertThat(output.lines()).containsExactly("words: 15000");
  }

  @Test
  void emptyInputHasNoWords() throws Exception {
    Pipeline.run(Output.input("", "  "), 2, output.stream());
    assertThat(output.lines()).containsExactly("words: 0");
  }
}
