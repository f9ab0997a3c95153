package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinHistoryTest {
  private final SpinHistory history = new SpinHistory();

  @Test
  void aFewFailuresDoNotCount() {
    for (int i = 0; i < 3; i++) {
      history.record(false);
    }

    assertThat(history.allows()).isTrue();
  }

  @Test
  void afterFailuresInARowOnlyFewWaitsSpin() {
    for (int i = 0; i < 4; i++) {
      history.record(false);
    }

    assertThat(allowedOf(640)).isBetween(9, 11);
  }

  @Test
  void aSuccessEndsTheRestraint() {
    for (int i = 0; i < 10; i++) {
      history.record(false);
    }

    history.record(true);

    assertThat(history.allows()).isTrue();
  }

  /** How many waits spin, in vain, of so many. */
  private int allowedOf(int waits) {
    int allowed = 0;
    for (int i = 0; i < waits; i++) {
      if (history.allows()) {
        history.record(false);
        allowed++;
      }
    }
    return allowed;
  }
}
