package io.pawl.examples.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.examples.Output;
import io.pawl.kit.Limit;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The examples of chapter 3. What is forbidden must not be seen; what is allowed may be, which no
 * test can ask for.
 */
@Limit(30)
class OrderingTest {

  private static final int RACES = 20;

  private final Output output = new Output();

  @Test
  void raceCountsEachPlace() {
    assertThat(Race.count(3, ModificationOrder::new).values().stream().mapToInt(n -> n).sum())
        .isEqualTo(3 * Race.PLACES);
  }

  @Test
  void changesOfOneVariableAreSeenInOrder() {
    ModificationOrder.run(RACES, output.stream());
    List<String> lines = output.lines();
    assertThat(lines.getFirst())
        .isEqualTo("four reads beside += 5 and += 10, and how often they saw this:");
    assertThat(lines.subList(1, lines.size()))
        .isNotEmpty()
        .allMatch(line -> line.matches("( +0)*( +5)*( +15)*   \\d+"));
  }

  @Test
  void releaseAndAcquireMissNothing() {
    ReleaseAcquire.run(RACES, 1_000_000, output.stream());
    assertThat(output.lines())
        .endsWith("  release and acquire: 0")
        .containsSubsequence("123", "flag seen, data not, of 200000 races:")
        .filteredOn(line -> line.matches("  opaque: \\d+"))
        .hasSize(1);
  }

  @Test
  void neverBothEnterWithAFullFence() {
    StoreBuffering.run(RACES, output.stream());
    assertThat(output.lines())
        .hasSize(5)
        .contains("  opaque, a full fence between: 0", "  volatile (SeqCst): 0");
    assertThat(output.lines().get(1)).matches("  opaque: \\d+");
    assertThat(output.lines().get(2)).matches("  release and acquire: \\d+");
  }

  @Test
  void fenceShowsTheDataOfAllFlagsFound() {
    Fences.run(1_000_000, output.stream());
    assertThat(output.lines()).hasSize(11);
    for (int i = 0; i < 10; i++) {
      assertThat(output.lines()).contains("data" + i + " = 123");
    }
    assertThat(output.lines().getLast())
        .matches("acquire fences needed for 10 results: ([1-9]|10)");
  }
}
