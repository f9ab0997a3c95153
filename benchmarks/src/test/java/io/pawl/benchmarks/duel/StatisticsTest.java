package io.pawl.benchmarks.duel;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.benchmarks.result.Interval;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void medianOfAnEvenNumberLiesBetweenTheMiddleOnes() {
    assertThat(Statistics.median(4, 1, 3, 100)).isEqualTo(3.5);
  }

  @Test
  void intervalOfEqualValuesIsThatValue() {
    Interval interval = Statistics.interval(new double[][] {{2, 2}, {2, 2, 2}});
    assertThat(interval).isEqualTo(new Interval(2, 2, 2, 5));
  }

  @Test
  void intervalHoldsTheMedianAndIsTheSameEachTime() {
    double[][] forks = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
    Interval interval = Statistics.interval(forks);
    assertThat(interval.median()).isEqualTo(5);
    assertThat(interval.low()).isBetween(2.0, 4.0);
    assertThat(interval.high()).isBetween(6.0, 8.0);
    assertThat(Statistics.interval(forks)).isEqualTo(interval);
  }

  @Test
  void forksThatDifferAreNotOutvotedByTheirManyRounds() {
    double[][] forks =
        IntStream.of(1, 2, 3, 4, 5)
            .mapToObj(level -> IntStream.range(0, 1000).mapToDouble(_ -> level).toArray())
            .toArray(double[][]::new);
    Interval interval = Statistics.interval(forks);
    assertThat(interval.low()).isLessThanOrEqualTo(2);
    assertThat(interval.high()).isGreaterThanOrEqualTo(4);
  }
}
