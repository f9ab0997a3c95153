package io.pawl.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  @Test
  void equalRatiosAreEquallyFarApart() {
    Axis axis = new Axis.Log(0.01, 100, 100, 500);
    assertThat(axis.at(0.01)).isCloseTo(100, CLOSE);
    assertThat(axis.at(0.1)).isCloseTo(200, CLOSE);
    assertThat(axis.at(1)).isCloseTo(300, CLOSE);
    assertThat(axis.at(100)).isCloseTo(500, CLOSE);
    assertThat(axis.at(2) - axis.at(1)).isCloseTo(axis.at(1) - axis.at(0.5), CLOSE);
  }

  @Test
  void anAxisMayGoUpwards() {
    Axis axis = new Axis.Log(1, 100, 250, 50);
    assertThat(axis.at(10)).isCloseTo(150, CLOSE);
  }

  @Test
  void whatLiesOutsideIsAtTheEnd() {
    assertThat(new Axis.Log(1, 10, 0, 100).at(0)).isCloseTo(0, CLOSE);
    assertThat(new Axis.Log(1, 10, 0, 100).at(1e9)).isCloseTo(100, CLOSE);
    assertThat(new Axis.Linear(10, 0, 100).at(11)).isCloseTo(100, CLOSE);
    assertThat(new Axis.Percentile(3, 0, 300).at(100)).isCloseTo(300, CLOSE);
  }

  @Test
  void ticksAreTenfoldOrOneTwoFive() {
    assertThat(new Axis.Log(0.05, 2.1, 0, 400).ticks())
        .containsExactly(0.05, 0.1, 0.2, 0.5, 1.0, 2.0);
    assertThat(new Axis.Log(0.5, 2000, 0, 200).ticks()).containsExactly(1.0, 10.0, 100.0, 1000.0);
    assertThat(new Axis.Log(0.69, 1.4, 0, 500).ticks())
        .usingElementComparator(new DoubleComparator(1e-9))
        .containsExactly(0.7, 0.8, 0.9, 1.0, 1.2);
  }

  @Test
  void textsOfTicksDoNotTouch() {
    Axis axis = new Axis.Log(1, 10, 0, 100);
    List<Double> ticks = List.of(1.0, 1.5, 2.2, 10.0);
    assertThat(axis.named(ticks, _ -> "12345")).containsExactly(1.0, 10.0);
    assertThat(axis.named(ticks, tick -> tick == 1 ? "" : "1")).containsExactly(1.5, 2.2, 10.0);
    assertThat(axis.named(ticks, _ -> "1")).containsExactly(1.0, 1.5, 2.2, 10.0);
  }

  @Test
  void aLogarithmicAxisHasNoZero() {
    assertThatThrownBy(() -> new Axis.Log(0, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLinearAxisBeginsAtZero() {
    Axis axis = new Axis.Linear(5000, 250, 50);
    assertThat(axis.at(0)).isCloseTo(250, CLOSE);
    assertThat(axis.at(2500)).isCloseTo(150, CLOSE);
    assertThat(axis.ticks()).containsExactly(0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0);
    assertThat(new Axis.Linear(2.1, 0, 1).ticks()).containsExactly(0.0, 0.5, 1.0, 1.5, 2.0);
  }

  @Test
  void eachNineIsEquallyFarFromTheNext() {
    Axis axis = new Axis.Percentile(4, 0, 400);
    assertThat(axis.at(0)).isCloseTo(0, CLOSE);
    assertThat(axis.at(90)).isCloseTo(100, CLOSE);
    assertThat(axis.at(99)).isCloseTo(200, CLOSE);
    assertThat(axis.at(99.9)).isCloseTo(300, within(1e-6));
    assertThat(axis.ticks()).startsWith(0.0, 50.0, 90.0, 99.0).hasSize(6);
  }
}
