package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldSampleTest {

  private static final long LONG = HoldSample.LONG_NANOS;

  private final HoldSample sample = new HoldSample();

  private void add(int count, long nanos) {
    for (int i = 0; i < count; i++) {
      sample.add(nanos);
    }
  }

  @Test
  void holdsAreShortUntilOneIsKnownToBeLong() {
    assertThat(sample.areLong()).isFalse();
    sample.add(LONG);
    assertThat(sample.areLong()).isTrue();
  }

  @Test
  void mostOfTheLastHoldsDecide() {
    add(1000, LONG);
    add(HoldSample.MOST - 1, LONG - 1);
    assertThat(sample.areLong()).isTrue();
    sample.add(LONG - 1);
    assertThat(sample.areLong()).isFalse();
    add(1000, LONG - 1);
    add(HoldSample.MOST, LONG);
    assertThat(sample.areLong()).isFalse();
    sample.add(LONG);
    assertThat(sample.areLong()).isTrue();
  }

  @Test
  void someOfTheHoldsAreTimedAndEachOnce() {
    for (int i = 0; i < 1000 && !sample.areLong(); i++) {
      sample.begin();
      long start = System.nanoTime();
      while (System.nanoTime() - start < LONG) {
        Thread.onSpinWait();
      }
      sample.end();
    }
    assertThat(sample.areLong()).isTrue();
    add(1, LONG - 1);
    sample.end();
    assertThat(sample.areLong()).isFalse();
  }
}
