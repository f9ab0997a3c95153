package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.agent.Options.Verbosity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void withoutOptionsAllClassesAreWanted() {
    Options options = Options.parse("");
    assertThat(options.wants("com/acme/Pool")).isTrue();
    assertThat(options.log()).isEqualTo(Verbosity.SKIPPED);
  }

  @Test
  void includeIsAPatternOfNames() {
    Options options = Options.parse("include=com.acme.*;org.Single");
    assertThat(options.wants("com/acme/Pool")).isTrue();
    assertThat(options.wants("com/acme/deep/Pool$Item")).isTrue();
    assertThat(options.wants("com/acmes/Pool")).isFalse();
    assertThat(options.wants("org/Single")).isTrue();
    assertThat(options.wants("org/Single$Nested")).isTrue();
    assertThat(options.wants("org/Singles")).isFalse();
  }

  @Test
  void excludeWinsOverInclude() {
    Options options = Options.parse("include=com.*,exclude=com.acme.*,include=org.*,log=all");
    assertThat(options.wants("com/other/Pool")).isTrue();
    assertThat(options.wants("com/acme/Pool")).isFalse();
    assertThat(options.wants("org/Pool")).isTrue();
    assertThat(options.log()).isEqualTo(Verbosity.ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"includes=a.*", "include", "include=", "include=a b", "log=loud", "x", "a,,b"})
  void whatIsNotUnderstoodIsRefused(String text) {
    assertThatThrownBy(() -> Options.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not understood");
  }
}
