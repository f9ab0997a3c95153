package io.pawl.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static Verdict less(double low, double high) {
    return Verdict.of(new Interval(low, low, high, 5), 0.5, Better.LESS);
  }

  private static Verdict more(double low, double high) {
    return Verdict.of(new Interval(high, low, high, 5), 0.5, Better.MORE);
  }

  @Test
  void theWholeIntervalDecides() {
    assertThat(less(0.4, 0.49)).isEqualTo(Verdict.MET);
    assertThat(less(0.51, 0.6)).isEqualTo(Verdict.NOT_MET);
    assertThat(less(0.4, 0.6)).isEqualTo(Verdict.UNDECIDED);
    assertThat(more(0.4, 0.49)).isEqualTo(Verdict.NOT_MET);
    assertThat(more(0.51, 0.6)).isEqualTo(Verdict.MET);
    assertThat(more(0.4, 0.6)).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void theLimitItselfIsGoodEnough() {
    assertThat(less(0.4, 0.5)).isEqualTo(Verdict.MET);
    assertThat(more(0.5, 0.6)).isEqualTo(Verdict.MET);
    assertThat(Verdict.of(Interval.exact(0.5), 0.5, Better.LESS)).isEqualTo(Verdict.MET);
  }

  @Test
  void theWorstVerdictIsTheRows() {
    Row row = Samples.uncontended(0.5, 0.52, 0.54);
    assertThat(row.verdict()).contains(Verdict.MET);
    assertThat(Samples.uncontended(0.5, 0.52, 0.56).verdict()).contains(Verdict.UNDECIDED);
    assertThat(Samples.uncontended(0.56, 0.57, 0.58).verdict()).contains(Verdict.NOT_MET);
    assertThat(
            new Row(
                    row.id(),
                    row.title(),
                    row.cell(),
                    row.quantity(),
                    null,
                    row.unit(),
                    row.better(),
                    row.pawl(),
                    row.peers(),
                    List.of(),
                    null)
                .verdict())
        .isEmpty();
  }

  @Test
  void anIntervalHoldsItsMedian() {
    assertThatThrownBy(() -> new Interval(2, 0, 1, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Interval(Double.NaN, 0, 1, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Interval(1, 0, Double.POSITIVE_INFINITY, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
