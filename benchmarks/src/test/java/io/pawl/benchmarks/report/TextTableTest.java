package io.pawl.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAligned() {
    TextTable table = new TextTable("name", "value");
    table.add("a", "1,000");
    table.add("longer");
    assertThat(table)
        .hasToString(
            """
            | name   | value |
            | ------ | ----- |
            | a      | 1,000 |
            | longer |       |
            """);
  }

  @Test
  void whatIsTooWideGoesOnInTheNextLine() {
    TextTable table = new TextTable("name", "value");
    table.add("word ".repeat(30).strip(), "1");
    table.add("x".repeat(150), "2");
    assertThat(table.toString().lines())
        .allMatch(line -> line.length() == TextTable.WIDTH)
        .hasSize(6);
    assertThat(table.toString().replaceAll("[^x]", "")).hasSize(150);
  }

  @Test
  void aBarIsNoSeparator() {
    TextTable table = new TextTable("a|b");
    assertThat(table.toString()).startsWith("| a\\|b |");
  }

  @Test
  void aRowHasNoMoreCellsThanColumns() {
    TextTable table = new TextTable("name");
    assertThatThrownBy(() -> table.add("a", "b")).isInstanceOf(IllegalArgumentException.class);
  }
}
