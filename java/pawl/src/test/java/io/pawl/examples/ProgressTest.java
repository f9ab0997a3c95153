package io.pawl.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Rounds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The reporter never wakes by itself. */
@Limit(30)
class ProgressTest {

  private final Output output = new Output();

  private List<Integer> reports(int items, int threads, IntConsumer process) {
    Progress.run(items, threads, process, output.stream(), Duration.ofHours(1));
    return output.lines().stream()
        .map(line -> {
          assertThat(line).matches("\\d+ of " + items + " done");
          return Integer.valueOf(line.substring(0, line.indexOf(' ')));
        })
        .toList();
  }

  @Test
  void eachItemIsProcessedOnce() {
    AtomicIntegerArray times = new AtomicIntegerArray(200_000);
    List<Integer> reports = reports(times.length(), 4, times::incrementAndGet);
    assertThat(IntStream.range(0, times.length()).map(times::get)).containsOnly(1);
    assertThat(reports).last().isEqualTo(times.length());
  }

  @Test
  void reportsGrowUntilAllIsDone() {
    List<Integer> reports = reports(50, 4, _ -> Rounds.dawdle());
    assertThat(reports).isSorted().doesNotHaveDuplicates().last().isEqualTo(50);
  }

  @Test
  void eachItemWakesTheReporter() {
    // Item n is done only after the report that n are.
    IntConsumer afterTheReport =
        n -> Await.until("the report", () -> output.lines().contains(n + " of 20 done"));
    assertThat(reports(20, 1, afterTheReport))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 20).boxed().toList());
  }

  @Test
  void failureOfAnItemDoesNotHoldUpTheReport() {
    List<Integer> reports =
        reports(
            10,
            4,
            item -> {
              if (item == 3) {
                throw new ArithmeticException("for the test");
              }
            });
    assertThat(reports).last().isEqualTo(10);
  }

  @Test
  void nothingToDoIsReported() {
    assertThat(reports(0, 2, _ -> {})).containsExactly(0);
  }
}
