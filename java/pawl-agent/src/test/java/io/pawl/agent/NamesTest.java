package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void namesAreFoundAndNoOthers() {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < 300; i++) {
      names.add("a/b/C" + i);
      names.add("a/Gr\u00f6\u00dfe$" + i);
      names.add("C" + i);
    }
    Names set = new Names(names);
    assertThat(names).allMatch(set::contains);
    assertThat(Set.of("a/b/C300", "a/b/C", "a/C0", "b/C0", "C", "", "a/b/", "a/b/D", "a/b/A"))
        .noneMatch(set::contains);
    assertThat(set.contains("a/b/C1\0")).isFalse();
  }

  @Test
  void nameThatWouldPassForTwoIsLeftOut() {
    Names set = new Names(Set.of("a/B\0C", "a/D"));
    assertThat(set.contains("a/B\0C")).isFalse();
    assertThat(set.contains("a/C")).isFalse();
    assertThat(set.contains("a/D")).isTrue();
  }

  @Test
  void emptySetHasNone() {
    assertThat(new Names(Set.of()).contains("a/B")).isFalse();
  }
}
