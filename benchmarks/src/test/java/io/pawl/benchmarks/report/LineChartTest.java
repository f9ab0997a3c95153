package io.pawl.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineChartTest {
  @Test
  void namesDoNotOverlap() {
    assertThat(LineChart.apart(new double[] {50, 51, 52}, 10, 0, 100)).containsExactly(50, 60, 70);
  }

  @Test
  void namesStayOnTheChart() {
    assertThat(LineChart.apart(new double[] {-5, 95, 99}, 10, 0, 100)).containsExactly(0, 90, 100);
  }

  @Test
  void namesThatHaveRoomStay() {
    assertThat(LineChart.apart(new double[] {10, 40}, 10, 0, 100)).containsExactly(10, 40);
  }
}
