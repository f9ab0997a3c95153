package io.pawl.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.benchmarks.result.Interval;
import io.pawl.benchmarks.result.Row;
import io.pawl.benchmarks.result.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void threeDigitsWhateverTheMagnitude() {
    assertThat(List.of(8765.4, 456.7, 45.67, 1.234, 0.1, 0.0567, 0.0, -4.5))
        .extracting(Numbers::text)
        .containsExactly("8,765", "457", "45.7", "1.23", "0.10", "0.057", "0", "-4.50");
  }

  @Test
  void chosenNumbersHaveNoZerosAtTheirEnd() {
    assertThat(List.of(0.5, 2.0, 100.0, 0.55, 20.0))
        .extracting(Numbers::chosen)
        .containsExactly("0.5", "2", "100", "0.55", "20");
  }

  @Test
  void timesHaveTheUnitThatSuitsThem() {
    assertThat(List.of(0.05, 0.5, 20.0, 1500.0, 2e6, 0.0))
        .extracting(Numbers::micros)
        .containsExactly("50 ns", "0.5 us", "20 us", "1.5 ms", "2 s", "0 us");
  }

  @Test
  void percentilesKeepTheirNines() {
    assertThat(List.of(50.0, 99.0, 100 - 100 / 1e4))
        .extracting(Numbers::percent)
        .containsExactly("50", "99", "99.99");
  }

  @Test
  void anIntervalHasTheDecimalsOfItsMedian() {
    assertThat(Numbers.interval(new Interval(0.093, 0.0761, 0.1, 5)))
        .isEqualTo("0.093 [0.076, 0.100]");
    assertThat(Numbers.interval(new Interval(0.5481, 0.5443, 0.5529, 5)))
        .isEqualTo("0.548 [0.544, 0.553]");
    assertThat(Numbers.interval(Interval.exact(32))).isEqualTo("32.0");
  }

  @Test
  void differencesHaveASignAndAUnit() {
    Row row =
        Samples.run("here").rows().stream()
            .filter(one -> one.id().equals("P13"))
            .findFirst()
            .orElseThrow();
    assertThat(Numbers.reached(row.targets().getFirst(), row)).isEqualTo("+5.00 [4.60, 5.50] ms");
    assertThat(Numbers.limit(row.targets().getFirst(), row)).isEqualTo("<= +3 ms");
    assertThat(Numbers.limit(row.targets().getLast(), row)).isEqualTo("<= 50 ms");
  }
}
